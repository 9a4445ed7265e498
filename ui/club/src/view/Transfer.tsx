import { offerTransfer } from "../state/act";
import { Fault } from "./Fault";
import { useApp, useView, useWords } from "./use";

/** A code that brings the account to another phone. */
export function Transfer() {
  const ask = useApp();
  const { say, time } = useWords();
  const offered = useView(({ look }) => look.transfer);
  const { busy } = useView(({ session }) => session);
  return (
    <section className="transfer">
      <p>{say("transfer.how")}</p>
      {offered === null ? (
        <button type="button" className="button main" disabled={busy} onClick={() => void ask(offerTransfer())}>
          {say("transfer.make")}
        </button>
      ) : (
        <p className="carry">
          <b data-testid="transfer">{offered.code}</b>
          <small>{say("transfer.until", { time: time(offered.expires) })}</small>
        </p>
      )}
      <Fault />
    </section>
  );
}
