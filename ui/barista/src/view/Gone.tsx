import { Icon } from "@kava/parts";
import { find, type Key, LANGUAGES, say } from "@kava/words";
import { useWords } from "./use";

/** Nothing can be sold from here now: what happened, and what is safe. */
export function Gone({ title, hint }: { title: Key; hint: Key }) {
  const { say } = useWords();
  return (
    <div className="gone" role="alert">
      <Icon name="warn" />
      <h1>{say(title)}</h1>
      <p>{say(hint)}</p>
    </div>
  );
}

/** The same before the first snapshot, in every language: nobody knows yet which one is spoken here. The counter's own
 * sentence stands below, for whoever helps. */
export function NobodyKnows({ title, hints, why }: { title: Key; hints: readonly Key[]; why?: string }) {
  return (
    <div className="gone" role="alert">
      <Icon name="warn" />
      {LANGUAGES.map(({ code }) => (
        <section key={code} lang={code}>
          <h1>{say(code, title)}</h1>
          <p>{hints.map((hint) => say(code, hint)).join(" ")}</p>
        </section>
      ))}
      {why && (
        <small className="detail" lang="en">
          {why}
        </small>
      )}
    </div>
  );
}

/** What to do where the till cannot begin, by the code of what is wrong. */
export function remedy(code: string): Key {
  if (find("ru", `trouble.${code}`) !== null) return `trouble.${code}` as Key;
  if (code.startsWith("store_")) return "trouble.store";
  return code.startsWith("config_") ? "trouble.config" : "trouble.other";
}
