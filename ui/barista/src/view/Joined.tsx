import { Button } from "@kava/parts";
import type { JoinedShown } from "@kava/contract";
import { act } from "../state/act";
import { useDo, useWords } from "./use";

/** A new guest's card, large enough for a phone's camera across the counter. */
export function Joined({ joined }: { joined: JoinedShown }) {
  const { say } = useWords();
  const dispatch = useDo();
  return (
    <section className="joined" data-testid="joined">
      <h1>{say("joined.title")}</h1>
      <p className="digits">{joined.code.replace(/(\d{3})(?=\d)/g, "$1 ")}</p>
      <p>{say("joined.hint")}</p>
      <Button look="main" onPress={() => void dispatch(act({ do: "dismiss" }))}>
        {say("joined.done")}
      </Button>
    </section>
  );
}
