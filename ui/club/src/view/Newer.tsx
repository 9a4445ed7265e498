import { takeOver } from "../state/update";
import { useView, useWords } from "./use";

/** A newer build waits until the guest wants it: nothing changes under a code that is being shown. */
export function Newer() {
  const { say } = useWords();
  const newer = useView(({ look }) => look.newer);
  if (!newer) return null;
  return (
    <div className="newer" role="status">
      <span>{say("newer.what")}</span>
      <button type="button" className="button" onClick={() => takeOver()}>
        {say("newer.do")}
      </button>
    </div>
  );
}
