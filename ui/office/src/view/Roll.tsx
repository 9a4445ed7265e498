import { Icon } from "@kava/parts";
import type { Difference, ModelLine, ModelLook, Roll as OnItsWay } from "../door/answers";
import { advanceModels, returnModels } from "../state/models";
import { useReason } from "./reason";
import { Sure } from "./Sure";
import { useDesk, useView, useWords } from "./use";

/** Where the newest bundle is, what the last look found, and what may be done about it. */
export function Roll({ line }: { readonly line: ModelLine }) {
  const { say } = useWords();
  const { roll, look, bundles } = line;
  const newest = bundles[0];
  const about = look !== null && look.version === newest?.version ? look : null;
  const isOnItsWay = roll !== null && roll.stage_bp < 10_000;
  return (
    <div className="sheet roll" data-testid="roll" data-go={about?.go ?? "none"}>
      <p>
        <b>{roll === null ? say("roll.everybody", { version: String(newest?.version ?? "") }) : <Where roll={roll} />}</b>
      </p>
      {isOnItsWay && <Shops roll={roll} />}
      {about === null ? <p className="hint">{say("roll.unseen")}</p> : <Found look={about} isWatched={roll !== null} />}
      {about !== null && roll !== null && <Figures look={about} />}
      <Acts line={line} />
    </div>
  );
}

function Where({ roll }: { readonly roll: OnItsWay }) {
  const { say, number, when } = useWords();
  const all = roll.shops.length + roll.without.length;
  const values = { version: String(roll.version), shops: number(roll.shops.length), all: number(all), time: when(roll.since), days: number(roll.days) };
  return roll.stage_bp < 10_000 ? say("roll.stage", values) : say("roll.watched", values);
}

/** Who has it, and who has what was before. */
function Shops({ roll }: { readonly roll: OnItsWay }) {
  const { say } = useWords();
  const side = (shops: readonly string[], kind: string) =>
    shops.map((shop) => (
      <span key={shop} className={`badge ${kind}`} dir="auto">
        {shop}
      </span>
    ));
  return (
    <dl className="sides">
      <dt>{say("roll.with")}</dt>
      <dd className="badges">{side(roll.shops, "first")}</dd>
      <dt>{roll.before === 0 ? say("roll.without_any") : say("roll.without", { version: String(roll.before) })}</dt>
      <dd className="badges">{side(roll.without, "past")}</dd>
    </dl>
  );
}

function Found({ look, isWatched }: { readonly look: ModelLook; readonly isWatched: boolean }) {
  const { say, when } = useWords();
  const reason = useReason();
  const isGood = look.go !== "back" && !look.drifted;
  const all = look.reasons.map(reason).join(". ");
  return (
    <p className={isGood ? "notice good" : "notice"}>
      <Icon name={isGood ? "check" : "warn"} />
      <span>
        {say("roll.looked", { time: when(look.at) })} {isWatched ? say(`roll.${look.go}`) : ""} {all}
        {look.drifted && <> {say("roll.drifted")}</>}
      </span>
    </p>
  );
}

/** What its stage has brought so far. */
function Figures({ look: { figures } }: { readonly look: ModelLook }) {
  const { say, number, percent } = useWords();
  const said = (one: Difference | null, key: "roll.change" | "roll.points") => {
    if (one === null) return say("roll.not_yet");
    return say(key, { mean: number(one.mean_milli / 10, 1).replace("-", "−"), give: number((2 * one.error_milli) / 10, 1) });
  };
  return (
    <dl className="sides" data-testid="figures">
      <dt>{say("roll.seen")}</dt>
      <dd>{say("roll.seen_of", { days: number(figures.days), visits: number(figures.visits), share: percent(figures.in_use_bp) })}</dd>
      <dt>{say("roll.kept")}</dt>
      <dd>{said(figures.kept, "roll.change")}</dd>
      <dt>{say("roll.rate")}</dt>
      <dd>{said(figures.rate, "roll.points")}</dd>
      <dt>{say("roll.cut")}</dt>
      <dd>{said(figures.cut, "roll.points")}</dd>
      <dt className="below">{say(figures.by_shops ? "roll.by_shops" : "roll.by_days")}</dt>
    </dl>
  );
}

/** For whoever may: on, and back. */
function Acts({ line }: { readonly line: ModelLine }) {
  const ask = useDesk();
  const { say, percent } = useWords();
  const may = useView(({ session }) => session.clerk?.may.includes("models_edit") ?? false);
  const { roll, back_to: back } = line;
  if (!may) return null;
  const next = roll === null ? null : ([1_000, 5_000, 10_000].find((stage) => stage > roll.stage_bp) ?? null);
  return (
    <div className="pair">
      {roll !== null && (
        <Sure sure={next === null ? say("roll.end_now") : say("roll.on_now", { share: percent(next) })} back={say("roll.not")} onSure={() => void ask(advanceModels({ shop: line.shop, version: roll.version }))}>
          {say(next === null ? "roll.end_do" : "roll.on_do")}
        </Sure>
      )}
      {back !== null && (
        <Sure sure={back === 0 ? say("roll.back_none") : say("roll.back_now", { version: String(back) })} back={say("roll.not")} onSure={() => void ask(returnModels(line))}>
          {say("roll.back_do")}
        </Sure>
      )}
    </div>
  );
}
