import { weekAt } from "../code/proof";
import { Bars } from "./Qr";
import { useClock, useView, useWords } from "./use";

/** The short code as bars, one for each usual shop. */
export function BarsPane() {
  const { say } = useWords();
  const week = weekAt(useClock(60_000));
  const shops = useView(({ account }) => account.home?.shops ?? []);
  const known = shops.flatMap(({ shop, weeks }) => weeks.filter((codes) => codes.week === week).map(({ short }) => ({ shop, short })));
  return (
    <section className="bars-pane">
      <p className="hint">{say("code.bars_hint")}</p>
      {known.map(({ shop, short }) => (
        <figure key={shop}>
          {known.length > 1 && (
            <figcaption>
              {say("code.shop")} {shop}
            </figcaption>
          )}
          <Bars digits={short} label={say("code.bars")} />
          <code>{short.match(/.{1,4}/g)?.join(" ")}</code>
        </figure>
      ))}
    </section>
  );
}
