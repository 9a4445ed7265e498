import { Button, Facts } from "@kava/parts";
import type { ReportShown } from "@kava/contract";
import type { Key } from "@kava/words";
import { act } from "../state/act";
import { useDo, useWords } from "./use";

/** The sums of a shift, and whether books, register and drawer agree. */
export function Report({ report }: { report: ReportShown }) {
  const { say, money, find } = useWords();
  const dispatch = useDo();
  const rows: readonly (readonly [Key, string])[] = [
    ["shift.receipts", String(report.receipts)],
    ["shift.discounts", money(report.discount_minor)],
    ["shift.net", money(report.net_minor)],
    ["shift.refunded", money(report.refunded_minor)],
    ["shift.cash_in", money(report.cash_in_minor)],
    ["shift.cash_out", money(report.cash_out_minor)],
    ["shift.drawer", money(report.drawer_minor)],
  ];
  const paid = Object.entries(report.paid).map(([kind, minor]) => ({
    name: find(`pay.${kind}`) ?? kind,
    value: money(minor ?? 0),
  }));
  const agrees = report.differences.length === 0 && !report.register_fault;
  return (
    <section className="pane report" data-testid="report">
      <header>
        <h1>{say(report.what === "z" ? "shift.report_z" : "shift.x")}</h1>
        <Button look="main" onPress={() => void dispatch(act({ do: "dismiss" }))}>
          {say("more.close")}
        </Button>
      </header>
      <div className="inside">
        <p className={agrees ? "verdict good" : "verdict bad"}>{say(agrees ? "shift.agrees" : "shift.differs")}</p>
        {report.differences.map((one) => (
          <p key={one.what} className="differs">
            <b>{find(`differs.${one.what}`) ?? one.what}</b>
            {one.what === "receipts"
              ? `${one.books_minor} / ${one.found_minor}`
              : `${say("shift.books", { sum: money(one.books_minor) })}, ${say("shift.found", { sum: money(one.found_minor) })}`}
          </p>
        ))}
        {report.register_fault && <p className="differs">{report.register_fault}</p>}
        <Facts rows={[...rows.map(([key, value]) => ({ name: say(key), value })), ...paid]} />
      </div>
    </section>
  );
}
