import { STEP_MS } from "../code/proof";
import { leftOf } from "../state/act";
import { useClock, useView, useWords } from "./use";

/** How long the code on the screen is good. */
export function Countdown() {
  const { say } = useWords();
  const ahead = useView(({ account }) => (account.home === null ? 0 : account.ahead));
  const left = leftOf(useClock(250) + ahead);
  const seconds = Math.ceil(left / 1000);
  return (
    <div className="countdown">
      <progress max={STEP_MS} value={left} aria-hidden="true" />
      <span>{say("code.left", { seconds: String(seconds) })}</span>
    </div>
  );
}
