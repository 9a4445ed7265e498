import { Icon } from "@kava/parts";
import type { Key } from "@kava/words";
import { useWords } from "./use";

/** Nothing can be sold from here now: what happened, and what is safe. */
export function Gone({ title, hint, why }: { title: Key; hint: Key; why?: string }) {
  const { say } = useWords();
  return (
    <div className="gone" role="alert">
      <Icon name="warn" />
      <h1>{say(title)}</h1>
      <p>{say(hint)}</p>
      {why && <p lang="en">{why}</p>}
    </div>
  );
}
