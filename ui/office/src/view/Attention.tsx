import type { Attention as Seen, Reason } from "../door/answers";
import { Link } from "./Link";
import { Paper } from "./Paper";
import { useWords } from "./use";

/** What is a reason to look, in plain sentences, each with the receipts behind it. */
export function Attention() {
  return <Paper name="attention">{(seen) => <Shown seen={seen} />}</Paper>;
}

function Shown({ seen: { from, until, alarms } }: { readonly seen: Seen }) {
  const { say, day } = useWords();
  return (
    <>
      <p className="hint">{say("attention.hint", { from: day(from), until: day(until) })}</p>
      {alarms.length === 0 ? (
        <p className="empty">{say("attention.none")}</p>
      ) : (
        <ul className="log sheet">
          {alarms.map((reason) => (
            <One key={[reason.signal, reason.shop, reason.barista, reason.counter, reason.code].join(" ")} reason={reason} />
          ))}
        </ul>
      )}
    </>
  );
}

function One({ reason }: { readonly reason: Reason }) {
  const { say, find, number, percent } = useWords();
  const { signal, count, of, daypart, usual_bp: usual, chance_ppm: chance, receipts, code } = reason;
  const who = useWho(reason);
  const when = say(daypart === null ? "attention.all_day" : `attention.${daypart}`);
  const usually = code === null ? "attention.usual" : signal === "code_tied" ? "attention.usual_tied" : "attention.usual_code";
  const sentence = find(`signal.${signal}`, "attention.other").replace("{count}", number(count)).replace("{of}", number(of));
  return (
    <li data-signal={signal}>
      <small>
        {code === null ? `${who} · ${when}` : who}
      </small>
      <span>
        {sentence}. {say(usually, { share: percent(usual) })}
      </span>
      {/* Rounded up: nothing is sure. */}
      <small>{say("attention.sure", { share: percent(Math.max(1, Math.ceil(chance / 100))) })}</small>
      {receipts.length > 0 && <Behind receipts={receipts} />}
    </li>
  );
}

function Behind({ receipts }: { readonly receipts: readonly string[] }) {
  const { say, number } = useWords();
  return (
    <details>
      <summary>{say("attention.receipts", { count: number(receipts.length) })}</summary>
      <ul className="behind">
        {receipts.map((receipt) => (
          <li key={receipt}>
            <Link to={{ screen: "receipts", of: receipt }}>
              <code>{receipt}</code>
            </Link>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Whom it is about: somebody at a till, a till, or a code. */
function useWho({ shop, barista, name, counter, code }: Reason): string {
  const { say } = useWords();
  const who = name ?? barista ?? counter;
  if (code !== null) return who === null ? say("attention.code", { shop, name: code }) : say("attention.code_with", { shop, name: code, who });
  return barista === null ? say("attention.counter", { shop, name: counter ?? "" }) : say("attention.barista", { shop, name: name ?? barista });
}
