import { Fragment } from "react";
import type { Amount, DayLimit, Standing } from "../door/answers";
import { endCampaign } from "../state/campaigns";
import type { Key } from "../words";
import { Bar } from "./Bar";
import { Lift } from "./Lift";
import { Sure } from "./Sure";
import { useDesk, useView, useWords } from "./use";

interface StandingProps {
  readonly standing: Standing;
}

/** A campaign: what it gives, within which limits, and what of them is used. */
export function Campaign({ standing, edits }: StandingProps & { readonly edits: boolean }) {
  const { say, scope, percent } = useWords();
  const { campaign, state } = standing;
  const { scope: goods } = campaign;
  const name = useView(({ desk }) => (goods.kind === "product" ? desk.menu.value?.products.find(({ sku }) => sku === goods.of)?.name : undefined));
  const lift = useView(({ desk }) => desk.lift.value?.campaigns.find((one) => one.campaign === campaign.id)?.lift);
  return (
    <li className="sheet" data-campaign={campaign.id}>
      <header>
        <h2 dir="auto">{campaign.title}</h2>
        <span className={`badge ${state}`}>{say(`campaign.${state}`)}</span>
      </header>
      <p>
        <b>−{percent(campaign.depth_bp)}</b> · <span dir="auto">{scope(goods, name)}</span>
        <br />
        <Limits standing={standing} />
      </p>
      <Budget standing={standing} />
      <Today standing={standing} />
      {lift && <Lift lift={lift} of="campaign" />}
      {edits && (state === "running" || state === "to_come") && <End id={campaign.id} />}
    </li>
  );
}

/** The halves of a day's limit that are said. */
const halvesOf = (limit: DayLimit) => (["money", "uses"] as const).filter((half) => limit[half] !== undefined);

/** How a half of an amount is written. */
function useHalves() {
  const { money, counted } = useWords();
  return (half: keyof Amount, value: number) => (half === "money" ? money(value) : counted("uses_of", value));
}

/** Its days, and what it gives one guest and on one day at most; of a coupon, where it is good. */
function Limits({ standing: { campaign } }: StandingProps) {
  const { say, dayOf, counted, percent } = useWords();
  const write = useHalves();
  const { per_customer: each, per_day = {}, coupon } = campaign;
  // The last day is the one before the end.
  const last = new Date(Date.parse(campaign.until) - 1).toISOString();
  const daily = halvesOf(per_day).map((half) => write(half, per_day[half] ?? 0));
  const limits = [
    say("campaign.days", { from: dayOf(campaign.from), to: dayOf(last) }),
    ...(each === undefined ? [] : [say("campaign.each", { uses: counted("uses", each) })]),
    ...(campaign.holdout_bp === undefined ? [] : [say("campaign.apart", { share: percent(campaign.holdout_bp) })]),
    ...(daily.length === 0 ? [] : [say("campaign.per_day", { limit: daily.join(", ") })]),
  ];
  return <Lines lines={[limits.join(" · "), ...(coupon ? [say("coupon.of", { shop: coupon.shop })] : [])]} />;
}

/** Where the budget is: spent, with counters, or still here. A coupon has one use, so one word says where it is. */
function Budget({ standing: { campaign, spent, lent, pool } }: StandingProps) {
  const { say, money, counted, number } = useWords();
  const { budget, coupon } = campaign;
  const words = say("campaign.spent", { spent: money(spent.money), budget: money(budget.money) });
  const uses = say("campaign.uses", { spent: number(spent.uses), budget: counted("uses_of", budget.uses) });
  const away = say("campaign.lent", { lent: money(lent.money), pool: money(pool.money) });
  return (
    <>
      <Bar used={spent.money} whole={budget.money} label={words} />
      <p>
        {words}
        <br />
        <Lines lines={coupon ? [say(placeOf(spent, lent))] : [uses, away]} />
      </p>
    </>
  );
}

/** Where the one use of a coupon is. */
function placeOf(spent: Amount, lent: Amount): Key {
  if (spent.uses > 0) return "coupon.used";
  return lent.uses > 0 ? "coupon.held" : "coupon.free";
}

/** What of today's part is given, in the halves that are limited. The bar shows the half of which less is left. */
function Today({ standing: { campaign, state, today } }: StandingProps) {
  const { say, number } = useWords();
  const write = useHalves();
  if (state !== "running" || today === undefined) return null;
  const { limit, lent } = today;
  const halves = halvesOf(campaign.per_day ?? {});
  const given = halves.map((half) => say("campaign.part", { part: half === "money" ? write(half, lent.money) : number(lent.uses), whole: write(half, limit[half]) }));
  const words = say("campaign.today", { given: given.join(", ") });
  return (
    <>
      <Bar used={Math.max(...halves.map((half) => lent[half] / limit[half]))} whole={1} label={words} />
      <p>
        <Lines lines={[words]} />
      </p>
    </>
  );
}

/** Small lines, one below the other. */
function Lines({ lines }: { readonly lines: readonly string[] }) {
  return lines.map((line, nth) => (
    <Fragment key={line}>
      {nth > 0 && <br />}
      <small>{line}</small>
    </Fragment>
  ));
}

/** Counters hear of an end at once. */
function End({ id }: { readonly id: string }) {
  const ask = useDesk();
  const { say } = useWords();
  return (
    <Sure sure={say("campaign.end_now")} back={say("campaign.end_not")} onSure={() => void ask(endCampaign(id))}>
      {say("campaign.end")}
    </Sure>
  );
}
