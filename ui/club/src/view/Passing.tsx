import { Icon } from "@kava/parts";
import { useView, useWords } from "./use";

/** Where the browser keeps nothing: what the guest has here ends with the page. */
export function Passing() {
  const { say } = useWords();
  const lasts = useView(({ session }) => session.lasts);
  if (lasts) return null;
  return (
    <p className="notice" role="status" data-testid="passing">
      <Icon name="warn" />
      {say("keep.passing")}
    </p>
  );
}
