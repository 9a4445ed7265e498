import { Button, Facts, Icon } from "@kava/parts";
import type { Health, Screen } from "@kava/contract";
import type { Key } from "@kava/words";
import { useEffect, useState } from "react";
import { exportLog, getHealth, hasLog, opensWithMachine, openWithMachine } from "../state/act";
import { look } from "../state/look";
import { Pane } from "./Pane";
import { useDo, useThe, useWords } from "./use";

/** What this till is, and how it is: for whoever is asked for help. */
export function About() {
  const { say } = useWords();
  const dispatch = useDo();
  const screen = useThe((state) => state.till.screen);
  const health = useThe((state) => state.till.health);
  useEffect(() => void dispatch(getHealth()), [dispatch]);
  const rows = useRows();
  if (!screen) return null;
  return (
    <Pane title={say("more.about")}>
      <div className="row">
        {!screen.training && (
          <Button onPress={() => dispatch(look.actions.opened("enrol"))}>{say("enrol.title")}</Button>
        )}
        <Autostart />
        {dispatch(hasLog()) && <Log />}
      </div>
      <Facts rows={rows(screen, health).map(([key, value]) => ({ name: say(key), value }))} />
    </Pane>
  );
}

/** Name and value of everything that is known. */
function useRows() {
  const { say, find, day } = useWords();
  const none = say("about.none");
  const clock = (behind: number) =>
    behind === 0 ? none : say(behind > 0 ? "about.clock_behind" : "about.clock_ahead", { seconds: String(Math.abs(behind)) });
  return (screen: Screen, health: Health | null): (readonly [Key, string])[] => {
    const of: (readonly [Key, string])[] = [
      ["about.version", screen.version],
      ["about.place", `${screen.title}, ${screen.place}`],
      ["about.register", screen.register],
      ["about.printer", screen.printer ?? none],
      ["about.queue", String(screen.queue)],
    ];
    if (!health) return of;
    const { models, hitch } = health;
    const since = health.hitch_since ?? "";
    const code = health.hitch_code ?? "line";
    return [
      ...of,
      ["about.office", health.office ?? none],
      ["about.line", hitch ? say("about.line_down", { since, why: find(`hitch.${code}`) ?? say("hitch.other", { code }) }) : say(health.office ? "about.line_up" : "about.none")],
      ["about.prices", health.prices_of ? say("about.prices_of", { day: day(health.prices_of), count: String(health.products) }) : none],
      ["about.bundle", models ? say("about.models_of", { day: day(models.made), until: day(models.until) }) : none],
      ["about.policy", String(health.policy)],
      ["about.clock", clock(Math.round(health.clock_behind_ms / 1000))],
      ["about.disk", health.free_mb === null ? none : say("about.disk_free", { size: String(health.free_mb) })],
      ["about.database", `SQLite ${health.sqlite}`],
    ];
  };
}

/** Whether the till opens with the machine, where that can be set. */
function Autostart() {
  const { say } = useWords();
  const dispatch = useDo();
  const [on, setOn] = useState<boolean | null>(null);
  useEffect(() => void dispatch(opensWithMachine()).then(setOn), [dispatch]);
  if (on === null) return null;
  return (
    <Button look="chip" pressed={on} onPress={() => void dispatch(openWithMachine(!on)).then(setOn)}>
      {on && <Icon name="check" />}
      {say("about.autostart")}
    </Button>
  );
}

/** The log in one file, for whoever helps. */
function Log() {
  const { say } = useWords();
  const dispatch = useDo();
  const [where, setWhere] = useState<string | null | undefined>(undefined);
  return (
    <>
      <Button onPress={() => void dispatch(exportLog()).then(setWhere)}>{say("about.log")}</Button>
      {where !== undefined && <p>{where === null ? say("about.log_failed") : say("about.log_at", { where })}</p>}
    </>
  );
}
