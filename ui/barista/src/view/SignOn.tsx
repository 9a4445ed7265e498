import type { BaristaShown } from "@kava/contract";
import { Button, Icon } from "@kava/parts";
import { act, signOn } from "../state/act";
import { look } from "../state/look";
import { Pane } from "./Pane";
import { Digits } from "./Pin";
import { useDo, useThe, useWords } from "./use";

/** So many names stand in the strip by themselves; of more, one button leads to all. */
const IN_STRIP = 4;

/** Who is signed on, or who may be. No sale asks for it. */
export function Who() {
  const { say } = useWords();
  const dispatch = useDo();
  const staff = useThe((state) => state.till.screen?.staff) ?? [];
  const on = useThe((state) => state.till.screen?.barista ?? null);
  if (staff.length === 0) return null;
  if (on || staff.length > IN_STRIP) {
    return (
      <Button look="chip" pressed={on !== null} onPress={() => dispatch(look.actions.opened("staff"))}>
        <Icon name="person" />
        {on?.name ?? say("strip.who")}
      </Button>
    );
  }
  return (
    <div className="who">
      {staff.map((one) => (
        <Name key={one.id} one={one} on={false} />
      ))}
    </div>
  );
}

/** A name to tap. */
function Name({ one, on }: { one: BaristaShown; on: boolean }) {
  const dispatch = useDo();
  return (
    <Button look="chip" pressed={on} onPress={() => void dispatch(signOn(one))}>
      <Icon name="person" />
      {one.name}
    </Button>
  );
}

/** Everybody who may sign on, or the PIN of whoever wants to. */
export function SignOn() {
  const { say } = useWords();
  const dispatch = useDo();
  const staff = useThe((state) => state.till.screen?.staff) ?? [];
  const on = useThe((state) => state.till.screen?.barista ?? null);
  const signing = useThe((state) => state.look.signing);
  const typed = useThe((state) => state.look.typed);
  if (signing) {
    return (
      <Pane title={say("staff.title")}>
        <Digits hint={say("staff.pin", { name: signing.name })} done={say("staff.on")} onDone={() => void dispatch(signOn(signing, typed))} />
      </Pane>
    );
  }
  const off = () => {
    void dispatch(act({ do: "sign_off" }));
    dispatch(look.actions.closed());
  };
  return (
    <Pane title={say("staff.title")} side={on && <Button onPress={off}>{say("staff.off")}</Button>}>
      <div className="grid">
        {staff.map((one) => (
          <Name key={one.id} one={one} on={one.id === on?.id} />
        ))}
      </div>
      <p>{say("staff.hint")}</p>
    </Pane>
  );
}
