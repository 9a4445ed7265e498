import { Button, Facts } from "@kava/parts";
import type { Command } from "@kava/contract";
import type { Key } from "@kava/words";
import { act } from "../state/act";
import { Pane } from "./Pane";
import { useDo, useThe, useWords } from "./use";

const DEVICES = [
  ["register", "devices.register"],
  ["printer", "devices.printer"],
  ["drawer", "devices.drawer"],
] as const satisfies readonly (readonly [(Command & { do: "try_out" })["device"], Key])[];

/** What is plugged in, each with a button that tries it. What came of it is in the message. */
export function Devices() {
  const { say } = useWords();
  const dispatch = useDo();
  const screen = useThe((state) => state.till.screen);
  const paying = useThe((state) => state.till.paying);
  if (!screen) return null;
  const none = say("about.none");
  const has = { register: true, printer: screen.printer !== null, drawer: screen.printer !== null };
  return (
    <Pane title={say("more.devices")}>
      <Facts
        rows={[
          { name: say("about.register"), value: screen.register },
          { name: say("about.printer"), value: screen.printer ?? none },
        ]}
      />
      <h2>{say("devices.try")}</h2>
      <div className="grid">
        {DEVICES.map(([device, key]) => (
          <Button key={device} disabled={paying || !has[device]} onPress={() => void dispatch(act({ do: "try_out", device }))}>
            {say(key)}
          </Button>
        ))}
      </div>
      <p>{say("keys.scan")}</p>
    </Pane>
  );
}
