import { Icon } from "@kava/parts";
import type { Key } from "../words";
import { useView, useWords } from "./use";

/** What went wrong with the last thing that was asked by hand. */
export function Fault() {
  const fault = useView(({ session }) => session.fault);
  return fault === null ? null : <Said fault={fault} />;
}

/** What a refusal means, in a sentence; `gone` says it where nobody answered at all. */
export function Said({ fault, gone = "fault.gone" }: { readonly fault: string; readonly gone?: Key }) {
  const { say, find } = useWords();
  const ledger = fault.startsWith("ledger_") ? "fault.ledger" : "fault.other";
  return (
    <p className="fault" role="alert">
      <Icon name="warn" />
      <span>{fault === "gone" ? say(gone) : find(`fault.${fault}`, ledger)}</span>
    </p>
  );
}
