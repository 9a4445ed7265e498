import { useState } from "react";
import { useWords } from "./use";

/** Inside another app: what is kept here would be lost. */
export function Inside() {
  const { say } = useWords();
  const [copied, copy] = useState(false);
  return (
    <main className="page lone">
      <h1>{say("inside.title")}</h1>
      <p>{say("inside.what")}</p>
      <code>{location.href}</code>
      <button type="button" className="button main" onClick={() => void navigator.clipboard?.writeText(location.href).then(() => copy(true))}>
        {say(copied ? "inside.copied" : "inside.copy")}
      </button>
    </main>
  );
}
