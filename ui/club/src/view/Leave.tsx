import { leave } from "../state/act";
import { look } from "../state/look";
import { Fault } from "./Fault";
import { useApp, useView, useWords } from "./use";

/** Leaving, said in full before it is done. */
export function Leave() {
  const ask = useApp();
  const { say } = useWords();
  const { busy } = useView(({ session }) => session);
  return (
    <section className="leave">
      <p>{say("leave.what")}</p>
      <Fault />
      <button type="button" className="button danger" disabled={busy} onClick={() => void ask(leave())}>
        {say("leave.do")}
      </button>
      <button type="button" className="button" onClick={() => ask(look.actions.opened(null))}>
        {say("leave.not")}
      </button>
    </section>
  );
}
