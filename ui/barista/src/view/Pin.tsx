import { Button } from "@kava/parts";
import { useState } from "react";
import { act } from "../state/act";
import { look } from "../state/look";
import { Pane } from "./Pane";
import { Keys } from "./TypedSum";
import { useDo, useThe, useWords } from "./use";

/** The fewest digits that a PIN may have; shorter ones are not worth asking the counter about. */
const LEAST = 4;

/** The manager's PIN: for a refund that needs it, or to set another one. */
export function Pin() {
  const refund = useThe((state) => state.look.refund);
  return refund ? <Vouch /> : <Change />;
}

/** The manager gives their word for a refund. */
function Vouch() {
  const { say } = useWords();
  const dispatch = useDo();
  const refund = useThe((state) => state.look.refund);
  const typed = useThe((state) => state.look.typed);
  const give = () => {
    if (refund) void dispatch(act({ ...refund, pin: typed }));
    dispatch(look.actions.opened("receipts"));
  };
  return (
    <Pane title={say("pin.refund")}>
      <Digits hint={say("more.pin")} done={say("pin.give")} onDone={give} />
    </Pane>
  );
}

/** The first PIN, or another one after the one until now. */
function Change() {
  const { say } = useWords();
  const dispatch = useDo();
  const isSet = useThe((state) => state.till.screen?.pin_set ?? false);
  const typed = useThe((state) => state.look.typed);
  const [old, setOld] = useState<string | null>(null);
  const asksOld = isSet && old === null;
  const next = () => {
    if (asksOld) {
      setOld(typed);
      dispatch(look.actions.emptied());
      return;
    }
    void dispatch(act({ do: "set_pin", old, new: typed }));
    dispatch(look.actions.closed());
  };
  return (
    <Pane title={say("more.pin")}>
      <Digits hint={say(asksOld ? "pin.old" : "pin.new")} done={say(asksOld ? "pin.next" : "pin.set")} onDone={next} />
    </Pane>
  );
}

/** Digits that nobody reads over a shoulder. */
export function Digits({ hint, done, onDone }: { hint: string; done: string; onDone: () => void }) {
  const typed = useThe((state) => state.look.typed);
  return (
    <div className="code">
      <p>{hint}</p>
      <p className="digits">
        {"●".repeat(typed.length) || "\u00a0"}
      </p>
      <Keys />
      <Button look="main" disabled={typed.length < LEAST} onPress={onDone}>
        {done}
      </Button>
    </div>
  );
}
