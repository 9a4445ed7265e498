import { attend } from "../state/act";
import { Gate } from "./Gate";
import { useDesk, useWords } from "./use";

/** Nobody can say who sits here while the office does not answer. It is asked again and again, and at once by hand. */
export function Gone() {
  const ask = useDesk();
  const { say } = useWords();
  return (
    <Gate title={say("gone.title")} hint={say("gone.hint")}>
      <button type="button" className="button main" onClick={() => void ask(attend("person"))}>
        {say("gone.try")}
      </button>
    </Gate>
  );
}
