import { beginAnew } from "../state/act";
import { useApp, useWords } from "./use";

/** The office knows this phone no more. */
export function Withdrawn() {
  const ask = useApp();
  const { say } = useWords();
  return (
    <main className="page lone">
      <h1>{say("withdrawn.title")}</h1>
      <p>{say("withdrawn.what")}</p>
      <button type="button" className="button main" onClick={() => void ask(beginAnew())}>
        {say("withdrawn.again")}
      </button>
    </main>
  );
}
