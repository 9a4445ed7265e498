import { useState } from "react";
import type { Flow, Segment, Segments as Seen } from "../door/answers";
import { Bar } from "./Bar";
import { Options } from "./Field";
import { Heads, Paper, Table } from "./Paper";
import { useWords } from "./use";

/** How many guests are in which segment, and who went from which to which. */
export function Segments() {
  const { say } = useWords();
  return <Paper name="segments">{(seen) => (seen.segments.length === 0 ? <p className="empty">{say("segments.none")}</p> : <Shown seen={seen} />)}</Paper>;
}

function Shown({ seen }: { readonly seen: Seen }) {
  const { say, number } = useWords();
  return (
    <>
      <p className="hint">{say("segments.hint", { guests: number(seen.guests) })}</p>
      <Sizes seen={seen} />
      <Flows seen={seen} />
    </>
  );
}

/** Each segment now, a week ago, and when the weeks began. */
function Sizes({ seen: { guests: all, segments } }: { readonly seen: Seen }) {
  const { say, number, language } = useWords();
  return (
    <Table label={say("segments.sizes")}>
      <Heads words={[say("story.segment")]} numbers={[say("segments.now"), say("segments.week_ago"), say("segments.first")]} />
      <tbody>
        {segments.map(({ segment, words, guests }) => (
          <tr key={segment} data-segment={segment}>
            <td>
              {words[language]}
              <Bar used={guests.at(-1) ?? 0} whole={all} label={`${words[language]}: ${number(guests.at(-1) ?? 0)}`} />
            </td>
            <td className="number">
              <b>{number(guests.at(-1) ?? 0)}</b>
            </td>
            <td className="number">{number(guests.at(-2) ?? 0)}</td>
            <td className="number">{number(guests[0] ?? 0)}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

/** Who went where in a week, the last one first. */
function Flows({ seen: { segments, weeks, flows } }: { readonly seen: Seen }) {
  const { say, day, number } = useWords();
  const [chosen, choose] = useState<number | null>(null);
  const week = chosen ?? weeks.length - 1;
  const found = flows.filter((flow) => flow.week === week);
  const name = useName(segments);
  return (
    <section>
      <h2>{say("segments.flows")}</h2>
      <div className="pair sift">
        <Options name="week" label={say("segments.week")} value={String(week)} onChoose={(value) => choose(Number(value))}>
          {weeks.map((first, nth) => (
            <option key={first} value={nth}>
              {say("segments.week_of", { day: day(first) })}
            </option>
          ))}
        </Options>
      </div>
      {found.length === 0 ? (
        <p className="empty">{say("segments.still")}</p>
      ) : (
        <Table label={say("segments.flows")}>
          <Heads words={[say("segments.from"), say("segments.to")]} numbers={[say("segments.guests")]} />
          <tbody>
            {found.map((flow: Flow) => (
              <tr key={`${flow.from} ${flow.to}`} data-flow={`${flow.from ?? ""}>${flow.to}`}>
                <td>{flow.from === null ? say("segments.first_seen") : name(flow.from)}</td>
                <td>{name(flow.to)}</td>
                <td className="number">{number(flow.guests)}</td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </section>
  );
}

/** What a segment is called; one that nobody is in at the end of a week has its own name only. */
function useName(segments: readonly Segment[]): (of: string) => string {
  const { language } = useWords();
  return (of) => segments.find(({ segment }) => segment === of)?.words[language] ?? of;
}
