import { writeCampaign } from "../state/campaigns";
import { Campaign } from "./Campaign";
import { Draft } from "./Draft";
import { Fault } from "./Fault";
import { Paper } from "./Paper";
import { Taken } from "./Taken";
import { useDesk, useView, useWords } from "./use";

/** Offers for everybody: what each may cost, and what is used of it. */
export function Campaigns() {
  const ask = useDesk();
  const { say, language } = useWords();
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
      <p>
        <a className="button quiet" href={`/rules?language=${language}`} target="_blank" rel="noreferrer">
          {say("rules.link")}
        </a>
      </p>
      {!writing && <Fault />}
      <Paper name="campaigns">
        {(all) =>
          all.length === 0 ? (
            <p className="empty">{say("campaigns.none")}</p>
          ) : (
            <>
              <ul className="campaigns">
                {all.map((one) => (
                  <Campaign key={one.campaign.id} standing={one} edits={edits} />
                ))}
              </ul>
              <p>
                <Taken what="campaigns" />
              </p>
            </>
          )
        }
      </Paper>
    </>
  );
}
