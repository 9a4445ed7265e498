import { find, type Key } from "../words";
import { useView, useWords } from "./use";

/** What went wrong with the last thing that was asked by hand; `gone` says it where the office is out of reach. */
export function Fault({ gone = "fault.gone" }: { readonly gone?: Key }) {
  const { say, language } = useWords();
  const fault = useView(({ session }) => session.fault);
  if (fault === null) return null;
  return (
    <p className="fault" role="alert">
      {fault === "gone" ? say(gone) : find(language, `fault.${fault}`, "fault.other")}
    </p>
  );
}
