import { Button } from "@kava/parts";
import { measured } from "../state/act";
import { DIAGONALS } from "../state/scale";
import { Pane } from "./Pane";
import { useDo, useThe, useWords } from "./use";

/** How large the screen is, so that fingers hit and eyes read. The bar shows whether it is true. */
export function Size() {
  const { say, number } = useWords();
  const dispatch = useDo();
  const diagonal = useThe((state) => state.look.diagonal);
  return (
    <Pane title={say("size.title")}>
      <p>{say("size.hint")}</p>
      <div className="grid">
        <Button look="chip" pressed={diagonal === null} onPress={() => dispatch(measured(null))}>
          {say("size.auto")}
        </Button>
        {DIAGONALS.map((inches) => (
          <Button key={inches} look="chip" pressed={diagonal === inches} onPress={() => dispatch(measured(inches))}>
            {say("size.inches", { inches: number(inches) })}
          </Button>
        ))}
      </div>
      <div className="ruler" aria-hidden="true" />
      <p>{say("size.ruler")}</p>
    </Pane>
  );
}
