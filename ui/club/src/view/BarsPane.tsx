import { codesAt } from "../state/account";
import { Bars } from "./Bars";
import { useClock, useView, useWords } from "./use";

/** The short code as bars, one for each usual shop. */
export function BarsPane() {
  const { say } = useWords();
  const now = useClock(60_000);
  const known = codesAt(useView(({ account }) => account.home), now);
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
