import { tableOf, type Taken as What } from "../door/tables";
import { useWords } from "./use";

interface TakenProps {
  readonly what: What;
  readonly query?: Readonly<Record<string, string>>;
}

/** Ways to take a table away, as text and as a workbook: the browser fetches it, as much of it as there is. */
export function Taken({ what, query }: TakenProps) {
  const { say } = useWords();
  return (
    <>
      <a className="button quiet" href={tableOf(what, query)} download>
        {say("table.take")}
      </a>{" "}
      <a className="button quiet" href={tableOf(what, { ...query, as: "xlsx" })} download>
        {say("table.book")}
      </a>
    </>
  );
}
