import { Icon } from "@kava/parts";
import type { Lift as Seen } from "../door/answers";
import { useWords } from "./use";

/** What something earned, in a sentence that never says more than the data do, and what it is reckoned from. */
export function Lift({ lift, of }: { readonly lift: Seen; readonly of: "programme" | "campaign" }) {
  const { say, number } = useWords();
  const sides = say("lift.sides", { with: number(lift.with), kept: number(lift.kept) });
  return (
    <div className="lift" data-testid={`lift-${of}`} data-verdict={lift.verdict}>
      <p className={lift.verdict === "earned" ? "notice good" : "notice"}>
        <Icon name={lift.verdict === "earned" ? "check" : "warn"} />
        <span>{useSentence(lift)}</span>
      </p>
      <Guests lift={lift} />
      <small className="below">{lift.verdict === "no_holdout" ? say(`lift.no_holdout_${of}`) : sides}</small>
      {lift.earned_minor !== undefined && <small className="below">{say("lift.sure")}</small>}
      {lift.uneven && <p className="wrong">{say("lift.uneven")}</p>}
    </div>
  );
}

function useSentence({ verdict, more_guests: more, earned_minor: earned = 0, give_or_take_minor: give = 0 }: Seen): string {
  const { say, money, number } = useWords();
  const sums = { sum: money(Math.abs(earned)), give: money(give) };
  switch (verdict) {
    case "earned":
      return say("lift.earned", sums);
    case "lost":
      return say("lift.lost", sums);
    case "unsure":
      return say("lift.unsure", { sum: money(earned), give: money(give), more: number(more) });
    case "too_few":
      return say("lift.too_few", { more: number(more) });
    default:
      return say("lift.no_holdout");
  }
}

/** The same of one guest. */
function Guests({ lift: { per_guest_minor: more, per_guest_give_or_take_minor: give, with_brings_minor: has, kept_brings_minor: kept } }: { readonly lift: Seen }) {
  const { say, money } = useWords();
  if (more === undefined || give === undefined || has === undefined || kept === undefined) return null;
  return <p>{say("lift.per_guest", { with: money(has), kept: money(kept), more: money(more), give: money(give) })}</p>;
}
