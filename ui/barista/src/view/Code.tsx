import { Button } from "@kava/parts";
import { act } from "../state/act";
import { look } from "../state/look";
import { Pane } from "./Pane";
import { Keys } from "./TypedSum";
import { useDo, useThe, useWords } from "./use";

/** Digits that a guest says. */
export function Code() {
  const { say } = useWords();
  const dispatch = useDo();
  const typed = useThe((state) => state.look.typed);
  const find = () => {
    void dispatch(act({ do: "greet", code: typed }));
    dispatch(look.actions.closed());
  };
  return (
    <Pane title={say("guest.digits")}>
      <div className="code">
        <p className="digits" aria-live="polite">
          {typed.replace(/(\d{3})(?=\d)/g, "$1 ") || " "}
        </p>
        <Keys />
        <Button look="main" disabled={typed.length < 4} onPress={find}>
          {say("guest.find")}
        </Button>
      </div>
    </Pane>
  );
}
