import { Icon } from "@kava/parts";
import { useView, useWords } from "./use";

/** What went wrong with the last thing that was asked by hand. */
export function Fault() {
  const fault = useView(({ session }) => session.fault);
  return fault === null ? null : <Said fault={fault} />;
}

/** What a refusal means, in a sentence. */
export function Said({ fault }: { readonly fault: string }) {
  const { find } = useWords();
  return (
    <p className="fault" role="alert">
      <Icon name="warn" />
      <span>{find(`fault.${fault}`, "fault.other")}</span>
    </p>
  );
}
