import { Button, Icon } from "@kava/parts";
import type { LineShown } from "@kava/contract";
import { act } from "../state/act";
import { takeAway } from "../state/keys";
import { useDo, useThe, useWords } from "./use";

/** A piece is not sold before its marking code was scanned: which one, and what else can be done. */
export function Mark({ line }: { line: LineShown }) {
  const { say } = useWords();
  const dispatch = useDo();
  const goes = useThe((state) => state.till.screen?.cart.goes_without_mark ?? false);
  return (
    <section className="mark" data-testid="mark">
      <Icon name="code" />
      <h1>{say("mark.title")}</h1>
      <p className="which">{line.name}</p>
      <p>{say("mark.hint")}</p>
      <div className="answers row">
        <Button onPress={() => void dispatch(act(takeAway(line)))}>{say("mark.remove")}</Button>
        {goes && <Button onPress={() => void dispatch(act({ do: "without_mark", line: line.line }))}>{say("mark.without")}</Button>}
      </div>
    </section>
  );
}
