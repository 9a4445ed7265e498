import { type Cell, COLUMNS, type Report, type ReportKind, REPORTS } from "../door/answers";
import { chooseReport } from "../state/reports";
import { Field, Options } from "./Field";
import { Paper, Table } from "./Paper";
import { Taken } from "./Taken";
import { useDesk, useView, useWords } from "./use";

/** Rows that are shown; a table to take away has all of them. */
const SHOWN = 200;

/** What the ledger says of some days: one report at a time, to read and to take away. */
export function Reports() {
  return (
    <>
      <Paper name="reports">{(kinds) => <Wanted kinds={kinds} />}</Paper>
      <Paper name="report">{(report) => <Shown report={report} />}</Paper>
    </>
  );
}

function Wanted({ kinds }: { readonly kinds: readonly ReportKind[] }) {
  const ask = useDesk();
  const { say } = useWords();
  const { name, from, until, shop } = useView(({ reporting }) => reporting);
  const own = useView(({ session }) => session.clerk?.shop ?? "");
  const kind = kinds.find((one) => one.name === name);
  const known = REPORTS.filter((one) => kinds.some((kind) => kind.name === one));
  return (
    <div className="pair sift">
      <Options name="report" label={say("reports.which")} value={name} onChoose={(chosen) => void ask(chooseReport({ name: chosen }))}>
        {known.map((one) => (
          <option key={one} value={one}>
            {say(`report.${one}`)}
          </option>
        ))}
      </Options>
      {kind?.by_day === true && (
        <>
          <Field name="from" kind="date" label={say("reports.from")} value={from} onType={(chosen) => void ask(chooseReport({ from: chosen }))} />
          <Field name="until" kind="date" label={say("reports.until")} value={until} onType={(chosen) => void ask(chooseReport({ until: chosen }))} />
        </>
      )}
      {kind?.by_shop === true && own === "" && <Field name="shop" kind="search" label={say("shop.shop")} value={shop} onType={(chosen) => void ask(chooseReport({ shop: chosen.trim() }))} />}
    </div>
  );
}

function Shown({ report }: { readonly report: Report }) {
  const { say, number } = useWords();
  const { name, from, until, shop } = useView(({ reporting }) => reporting);
  const rows = report.rows.slice(0, SHOWN);
  if (rows.length === 0) return <p className="empty">{say("reports.none")}</p>;
  return (
    <>
      <p className="hint">
        {rows.length < report.rows.length || report.more ? say("reports.first", { count: number(rows.length) }) : say("reports.rows", { count: number(rows.length) })}{" "}
        <Taken what={`reports/${name}`} query={{ from, until, shop }} />
      </p>
      <Rows report={report} rows={rows} />
    </>
  );
}

const isText = (rows: Report["rows"], nth: number): boolean => rows.some((row) => typeof row[nth] === "string");

function Rows({ report: { name, columns }, rows }: { readonly report: Report; readonly rows: Report["rows"] }) {
  const { say, find } = useWords();
  const title = REPORTS.find((one) => one === name);
  const words = columns.map((column, nth) => isText(rows, nth) || column === "name");
  return (
    <Table label={title === undefined ? name : say(`report.${title}`)}>
      <thead>
        <tr>
          {columns.map((column, nth) => (
            <th key={column} scope="col" className={words[nth] === true ? undefined : "number"}>
              {COLUMNS.some((one) => one === column) ? find(`column.${column}`, "reports.which") : column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={JSON.stringify(row)}>
            {row.map((cell, nth) => (
              // A row has each column once.
              // oxlint-disable-next-line react/no-array-index-key
              <td key={nth} className={words[nth] === true ? undefined : "number"} dir="auto">
                <One column={columns[nth] ?? ""} cell={cell} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

/** Columns whose cells are codes that have words. */
const CODED: Readonly<Record<string, "pay" | "programme" | "refusal">> = { payment: "pay", programme: "programme", code: "refusal" };

/** A cell as people write it; nothing is a dash. */
function One({ column, cell }: { readonly column: string; readonly cell: Cell }) {
  const { amount, number, day, find } = useWords();
  if (cell === null) return "–";
  if (typeof cell === "string") {
    if (column === "day") return day(cell);
    if (column === "month") return cell.slice(0, "2026-11".length);
    const coded = CODED[column];
    return coded === undefined ? cell : find(`${coded}.${cell}`, `${coded}.other`);
  }
  if (column.endsWith("_minor")) return amount(cell);
  return column.endsWith("_milli") ? number(cell / 1000, cell % 1000 === 0 ? 0 : 3) : number(cell);
}
