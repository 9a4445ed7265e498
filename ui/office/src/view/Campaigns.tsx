import type { Standing } from "../door/answers";
import { endCampaign, writeCampaign } from "../state/campaigns";
import { Bar } from "./Bar";
import { Draft } from "./Draft";
import { Fault } from "./Fault";
import { Paper } from "./Paper";
import { Sure } from "./Sure";
import { useDesk, useView, useWords } from "./use";

/** Offers for everybody: what each may cost, and what is used of it. */
export function Campaigns() {
  const ask = useDesk();
  const { say } = useWords();
  const edits = useView(({ session }) => session.clerk?.may.includes("campaigns_edit") ?? false);
  const writing = useView(({ draft }) => draft.draft !== null);
  return (
    <>
      {edits && writing && <Draft />}
      {edits && !writing && (
        <button type="button" className="button main" onClick={() => void ask(writeCampaign())}>
          {say("campaigns.new")}
        </button>
      )}
      {!writing && <Fault />}
      <Paper name="campaigns">
        {(all) =>
          all.length === 0 ? (
            <p className="empty">{say("campaigns.none")}</p>
          ) : (
            <ul className="campaigns">
              {all.map((one) => (
                <One key={one.campaign.id} standing={one} edits={edits} />
              ))}
            </ul>
          )
        }
      </Paper>
    </>
  );
}

function One({ standing, edits }: { readonly standing: Standing; readonly edits: boolean }) {
  const { say, scope, percent, money, dayOf, counted, number } = useWords();
  const { campaign, state, spent, lent, pool } = standing;
  const { budget } = campaign;
  const names = useView(({ desk }) => desk.menu.value?.products ?? []);
  const name = campaign.scope.kind === "product" ? names.find(({ sku }) => campaign.scope.kind === "product" && sku === campaign.scope.of)?.name : undefined;
  const words = say("campaign.spent", { spent: money(spent.money), budget: money(budget.money) });
  // The last day is the one before the end.
  const last = new Date(Date.parse(campaign.until) - 1).toISOString();
  return (
    <li className="sheet" data-campaign={campaign.id}>
      <header>
        <h2 dir="auto">{campaign.title}</h2>
        <span className={`badge ${state}`}>{say(`campaign.${state}`)}</span>
      </header>
      <p>
        <b>−{percent(campaign.depth_bp)}</b> · <span dir="auto">{scope(campaign.scope, name)}</span>
        <br />
        <small>
          {say("campaign.days", { from: dayOf(campaign.from), to: dayOf(last) })}
          {campaign.per_customer !== undefined && ` · ${say("campaign.each", { uses: counted("uses", campaign.per_customer) })}`}
        </small>
      </p>
      <Bar used={spent.money} whole={budget.money} label={words} />
      <p>
        {words}
        <br />
        <small>{say("campaign.uses", { spent: number(spent.uses), budget: counted("uses_of", budget.uses) })}</small>
        <br />
        <small>{say("campaign.lent", { lent: money(lent.money), pool: money(pool.money) })}</small>
      </p>
      {edits && (state === "running" || state === "to_come") && <End id={campaign.id} />}
    </li>
  );
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
