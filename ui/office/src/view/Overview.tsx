import type { Overview as Seen, ShopNow, Sums } from "../door/answers";
import { HEALTHS } from "../door/answers";
import { go } from "../state/act";
import { maySee } from "../state/papers";
import { Bar } from "./Bar";
import { Badge } from "./Badge";
import { Days } from "./Days";
import { Lift } from "./Lift";
import { Heads, Paper, Table } from "./Paper";
import { useDesk, useView, useWords } from "./use";

/** How the chain is doing today, and where somebody should look. */
export function Overview() {
  return <Paper name="overview">{(seen) => <Today seen={seen} />}</Paper>;
}

function Today({ seen }: { readonly seen: Seen }) {
  const { say, day, when } = useWords();
  const costs = useView(({ session }) => session.clerk?.may.includes("costs") ?? false);
  return (
    <>
      <p className="hint">{say("overview.as_of", { day: day(seen.day), time: when(seen.office_time) })}</p>
      {seen.all && <Figures sums={seen.all} day={seen.day} />}
      {seen.all && <Paper name="days">{(days) => <Days days={days} />}</Paper>}
      {costs && <Earned />}
      <div className="tiles">
        {seen.campaigns && <Budgets campaigns={seen.campaigns} />}
        <Alarms count={seen.alarms} />
      </div>
      <section>
        <h2>{say("overview.shops")}</h2>
        {seen.shops.length === 0 ? <p className="empty">{say("overview.no_shops")}</p> : <Shops shops={seen.shops} />}
      </section>
    </>
  );
}

/** What the programme earned lately, for whoever may see costs. */
function Earned() {
  const { say, day } = useWords();
  return (
    <Paper name="lift">
      {({ from, until, programme }) => (
        <section className="sheet">
          <h2>{say("lift.title")}</h2>
          <p className="hint">{say("lift.days", { from: day(from), until: day(until) })}</p>
          <Lift lift={programme} of="programme" />
        </section>
      )}
    </Paper>
  );
}

/** The day of the whole chain in three figures, or four for those who may see costs. */
function Figures({ sums, day }: { readonly sums: Sums; readonly day: string }) {
  const { say, money, counted, number, percent } = useWords();
  const today = useView(({ desk }) => desk.days.value?.find((one) => one.day === day));
  return (
    <dl className="figures">
      <div className="main">
        <dt>{say("figure.saved")}</dt>
        <dd data-testid="saved">{money(sums.saved_minor)}</dd>
        <dd className="note">{say("figure.discounted", { of: counted("receipts", sums.discounted) })}</dd>
      </div>
      <div>
        <dt>{say("figure.net")}</dt>
        <dd data-testid="net">{money(sums.net_minor)}</dd>
        <dd className="note">{say("figure.list", { sum: money(sums.list_minor) })}</dd>
      </div>
      {today?.kept_minor !== undefined && (
        <div>
          <dt>{say("figure.kept")}</dt>
          <dd data-testid="kept">{money(today.kept_minor)}</dd>
          <dd className="note">{say("figure.kept_of", { share: percent(today.net_minor === 0 ? 0 : Math.round((today.kept_minor * 10_000) / today.net_minor)) })}</dd>
        </div>
      )}
      <div>
        <dt>{say("figure.receipts")}</dt>
        <dd data-testid="receipts">{number(sums.receipts)}</dd>
        <dd className="note">{sums.refunds === 0 ? say("figure.no_refunds") : say("figure.refunds", { count: String(sums.refunds), sum: money(sums.refunded_minor) })}</dd>
      </div>
    </dl>
  );
}

function Budgets({ campaigns }: { readonly campaigns: NonNullable<Seen["campaigns"]> }) {
  const { say, money } = useWords();
  const ask = useDesk();
  const words = say("campaign.spent", { spent: money(campaigns.spent_minor), budget: money(campaigns.budget_minor) });
  return (
    <button type="button" className="tile" onClick={() => void ask(go({ screen: "campaigns", of: "" }))}>
      <b>{campaigns.running === 0 ? say("overview.no_campaigns") : say("overview.campaigns", { count: String(campaigns.running) })}</b>
      {campaigns.running > 0 && <Bar used={campaigns.spent_minor} whole={campaigns.budget_minor} label={words} />}
      {campaigns.running > 0 && <small>{words}</small>}
    </button>
  );
}

function Alarms({ count }: { readonly count: number }) {
  const { say } = useWords();
  const ask = useDesk();
  const may = useView(({ session }) => session.clerk?.may ?? []);
  return (
    <button type="button" className={count === 0 ? "tile" : "tile amber"} disabled={!maySee(may, "counters")} onClick={() => void ask(go({ screen: "counters", of: "" }))}>
      <b>{count === 0 ? say("overview.no_alarms") : say("overview.alarms", { count: String(count) })}</b>
      <small>{say("overview.alarms_week")}</small>
    </button>
  );
}

function Shops({ shops }: { readonly shops: readonly ShopNow[] }) {
  const { say, amount, number } = useWords();
  const sums = shops.some(({ day }) => day !== undefined);
  const heads = [say("shop.receipts"), say("shop.saved"), say("shop.net"), say("shop.week_saved"), say("shop.week_net")];
  return (
    <Table label={say("overview.shops")}>
      <Heads words={[say("shop.shop"), say("screen.counters")]} numbers={sums ? heads : []} />
      <tbody>
        {shops.map(({ shop, counters, day, week }) => (
          <tr key={shop} data-shop={shop}>
            <th scope="row">{say("shop.named", { shop })}</th>
            <td className="badges">
              {HEALTHS.filter((health) => counters[health] > 0).map((health) => (
                <Badge key={health} health={health} count={counters[health]} />
              ))}
            </td>
            {day && <Cells numbers={[number(day.receipts), amount(day.saved_minor), amount(day.net_minor)]} />}
            {week && <Cells numbers={[amount(week.saved_minor), amount(week.net_minor)]} />}
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function Cells({ numbers }: { readonly numbers: readonly string[] }) {
  return numbers.map((number, nth) => (
    <td key={nth} className="number">
      {number}
    </td>
  ));
}
