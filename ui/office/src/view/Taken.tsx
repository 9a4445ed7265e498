import { tableOf, type Taken as What } from "../door/tables";
import { useWords } from "./use";

/** A way to take a table away: the browser fetches it, as much of it as there is. */
export function Taken({ what, query }: { readonly what: What; readonly query?: Readonly<Record<string, string>> }) {
  const { say } = useWords();
  return (
    <a className="button quiet" href={tableOf(what, query)} download>
      {say("table.take")}
    </a>
  );
}
