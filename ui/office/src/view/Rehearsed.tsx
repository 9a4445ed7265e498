import { useEffect } from "react";
import type { Campaign, Rehearsal } from "../door/answers";
import { rehearse } from "../state/campaigns";
import { keyOf } from "../state/rehearsal";
import { Said } from "./Fault";
import { useDesk, useView, useWords } from "./use";

/** How long a campaign rests before it is tried: whoever types on is not asked about at every key. */
const REST_MS = 600;

/** What the campaign that is written would have done on the last ninety days; asked anew whenever it is another. */
export function Rehearsed({ campaign }: { readonly campaign: Campaign | null }) {
  const ask = useDesk();
  const { say } = useWords();
  const { of, value, fault } = useView(({ rehearsal }) => rehearsal);
  const key = campaign === null ? "" : keyOf(campaign);
  useEffect(() => {
    if (campaign === null || of === key) return undefined;
    const resting = setTimeout(() => void ask(rehearse(campaign)), REST_MS);
    return () => clearTimeout(resting);
  }, [ask, campaign, key, of]);
  if (campaign === null) return <p className="hint">{say("try.first")}</p>;
  const shown = of === key ? value : null;
  return (
    <section className="rehearsed" aria-live="polite" data-testid="rehearsal">
      <h3>{say("try.title")}</h3>
      {of === key && fault !== null && <Said fault={fault} />}
      {shown === null ? fault === null && <p className="hint">{say("try.coming")}</p> : <Told told={shown} />}
    </section>
  );
}

function Told({ told }: { readonly told: Rehearsal }) {
  const { say } = useWords();
  return told.receipts === 0 ? <p className="hint">{say("try.none")}</p> : <Figures told={told} />;
}

function Figures({ told }: { readonly told: Rehearsal }) {
  const { say, money, counted, number } = useWords();
  const span = told.least_minor === told.most_minor ? "" : ` ${say("try.span", { least: money(told.least_minor), most: money(told.most_minor) })}`;
  const lines: readonly (readonly [string, string])[] = [
    [say("try.with"), say("try.with_of", { with: number(told.with), receipts: counted("receipts", told.receipts) })],
    [say("try.spent"), `${money(told.spent_minor)}${span}`],
    [say("try.above"), money(told.above_minor)],
    ...useMargins(told),
    [say("try.guard"), useGuard(told)],
  ];
  return (
    <>
      <dl>
        {lines.map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      {told.ran_out > 0 && <p className="amber">{say("try.ran_out", { count: number(told.ran_out), runs: number(told.runs) })}</p>}
      {told.left_out > 0 && <p className="hint">{say("try.left_out", { count: number(told.left_out) })}</p>}
      <p className="hint">{say("try.assumed", { days: number(told.days), runs: number(told.runs) })}</p>
    </>
  );
}

/** Margin with and without, and what makes up for the difference, for whoever may see that. */
function useMargins({ kept_without_minor: without, kept_with_minor: kept, break_even_bp: even, with: receipts }: Rehearsal): readonly (readonly [string, string])[] {
  const { say, money, percent } = useWords();
  if (without === undefined || kept === undefined || receipts === 0) return [];
  const more = even == null ? say("try.even_never") : say("try.even_of", { share: percent(even) });
  return [
    [say("try.kept"), say("try.kept_of", { without: money(without), with: money(kept) })],
    [say("try.even"), even === 0 ? say("try.even_free") : more],
  ];
}

/** What the guard leaves, and why not all of it. */
function useGuard({ guard: { whole, cut, codes } }: Rehearsal): string {
  const { say, find, number, counted } = useWords();
  if (whole + cut === 0) return say("try.guard_nothing");
  if (cut === 0) return say("try.guard_whole", { of: counted("receipts", whole) });
  const why = codes.map(({ code, lines }) => `${find(`refusal.${code}`, "refusal.other")} (${number(lines)})`).join(", ");
  return say("try.guard_cut", { whole: counted("receipts", whole), cut: number(cut), why });
}
