import { Button, Icon } from "@kava/parts";
import type { ReactNode } from "react";
import { look } from "../state/look";
import { useDo, useWords } from "./use";

/** Something opened in the place of the tiles, with one way back. */
export function Pane({ title, children, side }: { title: string; children: ReactNode; side?: ReactNode }) {
  const { say } = useWords();
  const dispatch = useDo();
  return (
    <section className="pane">
      <header>
        <Button look="quiet" onPress={() => dispatch(look.actions.closed())} label={say("pay.back")}>
          <Icon name="back" />
        </Button>
        <h1>{title}</h1>
        {side}
      </header>
      <div className="inside">{children}</div>
    </section>
  );
}
