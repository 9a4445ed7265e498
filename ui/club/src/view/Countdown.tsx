import { leftOf, STEP_MS } from "../code/proof";
import { useClock, useWords } from "./use";

/** How long the code on the screen is good. */
export function Countdown() {
  const { say } = useWords();
  const left = leftOf(useClock(250));
  const seconds = Math.ceil(left / 1000);
  return (
    <div className="countdown">
      <progress max={STEP_MS} value={left} aria-hidden="true" />
      <span>{say("code.left", { seconds: String(seconds) })}</span>
    </div>
  );
}
