import { Facts } from "@kava/parts";
import type { Alarm, Counter } from "../door/answers";
import { Badge } from "./Badge";
import { Paper } from "./Paper";
import { useWords } from "./use";

/** Every counter: whether it is in order, and what it has yet to tell and to hear. */
export function Counters() {
  const { say } = useWords();
  return (
    <>
      <Paper name="counters">
        {({ counters }) =>
          counters.length === 0 ? (
            <p className="empty">{say("counters.none")}</p>
          ) : (
            <ul className="counters">
              {counters.map((counter) => (
                <One key={`${counter.shop}/${counter.counter}`} counter={counter} />
              ))}
            </ul>
          )
        }
      </Paper>
      <section>
        <h2>{say("alarms.title")}</h2>
        <Paper name="alarms">{(alarms) => (alarms.length === 0 ? <p className="hint">{say("alarms.none")}</p> : <Alarms alarms={alarms} />)}</Paper>
      </section>
    </>
  );
}

function One({ counter }: { readonly counter: Counter }) {
  const { say, when, number } = useWords();
  const { seen, queue, version, clock_ahead_ms: ahead } = counter;
  const behind = counter.streams.filter(({ has, newest }) => has !== newest);
  const newest = say(counter.streams.length === 0 ? "counter.unknown" : "counter.newest");
  const rows = [
    { name: say("counter.seen"), value: seen === null ? say("counter.never") : when(seen) },
    { name: say("counter.queue"), value: queue === null ? say("counter.unknown") : number(queue) },
    { name: say("counter.version"), value: version ?? say("counter.unknown") },
    { name: say("counter.clock"), value: ahead === null ? say("counter.unknown") : say(ahead < 0 ? "counter.slow" : "counter.fast", { seconds: number(Math.abs(ahead) / 1000, 1) }) },
    { name: say("counter.records"), value: say("counter.records_of", { records: number(counter.records), epoch: String(counter.epoch) }) },
    { name: say("counter.streams"), value: behind.length === 0 ? newest : behind.map(({ stream, has, newest }) => `${stream} ${has ?? "–"} → ${newest}`).join(", ") },
  ];
  return (
    <li className="sheet" data-counter={`${counter.shop}/${counter.counter}`}>
      <header>
        <h2>{say("counter.named", { shop: counter.shop, counter: counter.counter })}</h2>
        <Badge health={counter.health} />
      </header>
      {counter.why.length > 0 && (
        <ul className="why">
          {counter.why.map((why) => (
            <li key={why}>{say(`why.${why}`)}</li>
          ))}
        </ul>
      )}
      <Facts rows={rows} />
    </li>
  );
}

function Alarms({ alarms }: { readonly alarms: readonly Alarm[] }) {
  const { say, find, when } = useWords();
  return (
    <ul className="log sheet">
      {alarms.map(({ at, counter, code, text }, nth) => (
        <li key={nth}>
          <small>
            {when(at)} · {counter ?? say("alarms.office")} · <code>{code}</code>
          </small>
          <span>{find(`alarm.${code}`, "alarm.other")}</span>
          <small lang="en">{text}</small>
        </li>
      ))}
    </ul>
  );
}
