import { sound } from "@kava/parts";
import type { Notice } from "@kava/contract";
import { useEffect, useRef, useState } from "react";
import { useThe, useWords } from "./use";

/** A good message goes by itself; one that went wrong stays until the next. */
const STAYS_MS = 3500;

/** The last message, with its tone and a flash along the edge: what is heard is also seen. */
export function Message() {
  const notice = useThe((state) => state.till.screen?.notice ?? null);
  const heard = useRef(notice?.number ?? 0);
  const [gone, setGone] = useState(0);
  useEffect(() => {
    if (!notice || notice.number === heard.current) return undefined;
    heard.current = notice.number;
    if (notice.tone !== "quiet") sound(notice.tone);
    if (notice.tone !== "good") return undefined;
    const timer = setTimeout(() => setGone(notice.number), STAYS_MS);
    return () => clearTimeout(timer);
  }, [notice]);
  const shown = notice && notice.number !== gone ? notice : null;
  return (
    <div className="messages" role="status">
      {shown && (
        <p key={shown.number} className={`message ${shown.tone}`} data-code={shown.code}>
          <Words notice={shown} />
        </p>
      )}
    </div>
  );
}

function Words({ notice }: { notice: Notice }) {
  const { say, find, money } = useWords();
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(notice.values)) {
    if (value === undefined) continue;
    values[name] = value;
    // Money comes in minor units and is written as this language writes it.
    if (name.endsWith("minor")) values["sum"] = money(Number(value));
  }
  if (notice.code === "register_refused") return <Refusal ails={values["ails"]} reason={values["reason"]} />;
  const store = notice.code.startsWith("store_") ? say("notice.store") : null;
  const words = store ?? find(`notice.${notice.code}`, values);
  return <>{words ?? <Unnamed reason={values["reason"]} />}</>;
}

/** What has no words here; what was said of it in English is there for whoever helps. */
function Unnamed({ reason }: { reason: string | undefined }) {
  const { say } = useWords();
  return (
    <>
      {say("notice.other")}
      {reason && (
        <small className="detail" lang="en">
          {reason}
        </small>
      )}
    </>
  );
}

/** What the register refused: what is safe, what to do, and its own words for whoever wants to know more. */
function Refusal({ ails, reason }: { ails: string | undefined; reason: string | undefined }) {
  const { say, find } = useWords();
  const what = ails === undefined ? null : find(`notice.${ails}`);
  return (
    <>
      {say("notice.register_refused")} {what ?? say("notice.register_look")}
      {reason && <small className="detail">{say("notice.register_says", { reason })}</small>}
    </>
  );
}
