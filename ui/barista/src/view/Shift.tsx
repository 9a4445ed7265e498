import { Button } from "@kava/parts";
import { act } from "../state/act";
import { look } from "../state/look";
import { Pane } from "./Pane";
import { TypedSum, useTypedSum } from "./TypedSum";
import { useDo, useThe, useWords } from "./use";

/** The shift and the drawer. A sum is typed first, then what is done with it. */
export function Shift() {
  const { say, amount } = useWords();
  const dispatch = useDo();
  const open = useThe((state) => state.till.screen?.shift_open ?? false);
  const typed = useThe((state) => state.look.typed);
  const paying = useThe((state) => state.till.paying);
  const sum = useTypedSum();
  const cash = (minor: number) => {
    void dispatch(act({ do: "cash", minor, reason: "" }));
    dispatch(look.actions.opened("shift"));
  };
  const close = () => {
    void dispatch(act({ do: "close_shift", ...(typed === "" ? {} : { counted_minor: sum }) }));
    dispatch(look.actions.closed());
  };
  return (
    <Pane title={say("more.shift")}>
      <div className="cash">
        <div className="amounts">
          {!open && (
            <Button look="main" onPress={() => void dispatch(act({ do: "open_shift" }))}>
              {say("shift.open")}
            </Button>
          )}
          <Button
            disabled={paying}
            onPress={() => {
              void dispatch(act({ do: "report_x" }));
              dispatch(look.actions.closed());
            }}
          >
            {say("shift.x")}
          </Button>
          <Button disabled={sum <= 0 || paying} onPress={() => cash(sum)}>
            {say("shift.in")} <small>{amount(sum)}</small>
          </Button>
          <Button disabled={sum <= 0 || paying} onPress={() => cash(-sum)}>
            {say("shift.out")} <small>{amount(sum)}</small>
          </Button>
          {open && (
            <Button look="danger" disabled={paying} onPress={close}>
              {say("shift.close")}
              {typed !== "" && <small>{`${say("shift.counted")}: ${amount(sum)}`}</small>}
            </Button>
          )}
        </div>
        <TypedSum label={say("shift.sum")} />
      </div>
    </Pane>
  );
}
