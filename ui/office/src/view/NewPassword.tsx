import { useState } from "react";
import { Field } from "./Field";
import { useWords } from "./use";

/** Characters that a password has at least, as the office wants it. */
const LEAST = 12;

/** A password typed twice; given on while it can be one, else nothing is. */
export function NewPassword({ onChoose }: { readonly onChoose: (password: string | null) => void }) {
  const { say } = useWords();
  const [typed, type] = useState({ password: "", again: "" });
  const change = (part: Partial<typeof typed>) => {
    const next = { ...typed, ...part };
    type(next);
    onChoose(next.password === next.again && [...next.password].length >= LEAST ? next.password : null);
  };
  const differs = typed.again !== "" && typed.again !== typed.password;
  return (
    <>
      <Field name="password" value={typed.password} onType={(password) => change({ password })} label={say("enter.password", { least: String(LEAST) })} kind="password" complete="new-password" />
      <Field name="again" value={typed.again} onType={(again) => change({ again })} label={say("enter.again")} kind="password" complete="new-password" wrong={differs ? say("enter.differs") : undefined} />
    </>
  );
}
