import type { Entry } from "../door/answers";
import { useView, useWords } from "./use";

/** What is worth telling, ranked by the office. */
export function Feed() {
  const { say, day, time } = useWords();
  const entries = useView(({ account }) => account.home?.feed ?? []);
  const fetched = useView(({ account }) => account.fetched);
  const at = new Date(fetched).toISOString();
  return (
    <section>
      <h1>{say("tab.feed")}</h1>
      {entries.length === 0 ? (
        <p className="empty">{say("feed.none")}</p>
      ) : (
        <ul className="feed">
          {entries.map((entry) => (
            <Told key={JSON.stringify(entry)} entry={entry} />
          ))}
        </ul>
      )}
      <p className="as-of">{say("net.as_of", { time: `${day(at)}, ${time(at)}` })}</p>
    </section>
  );
}

function Told({ entry }: { readonly entry: Entry }) {
  const words = useWords();
  const { say, day } = words;
  const currency = useView(({ account }) => account.home?.currency ?? "BYN");
  const [title, text] = ((): [string, string] => {
    switch (entry.kind) {
      case "card_ends":
        return [say("feed.card_ends"), say("feed.card_until", { day: day(entry.until) })];
      case "status_near":
        return [say("feed.status_near", { visits: words.counted("visits", entry.visits) }), say("feed.status_gives", { depth: words.percent(entry.base_bp) })];
      case "new_product":
        return [say("feed.new", { name: entry.name }), say("feed.new_price", { price: words.money(entry.price_minor, currency), day: day(entry.since) })];
      case "price_fell":
        return [
          say("feed.fell", { name: entry.name }),
          say("feed.fell_price", { price: words.money(entry.price_minor, currency), before: words.money(entry.before_minor, currency) }),
        ];
    }
  })();
  return (
    <li className={`told ${entry.kind}`}>
      <b dir="auto">{title}</b>
      <span>{text}</span>
    </li>
  );
}
