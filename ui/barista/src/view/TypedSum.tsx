import { Keypad } from "@kava/parts";
import type { ReactNode } from "react";
import { look } from "../state/look";
import { useDo, useThe, useWords } from "./use";

/** The keypad that types into the open pane. */
export function Keys() {
  const { say } = useWords();
  const dispatch = useDo();
  return (
    <Keypad
      onDigit={(digit) => dispatch(look.actions.typed(digit))}
      onRub={() => dispatch(look.actions.rubbed())}
      rubLabel={say("sale.remove")}
    />
  );
}

/** The sum that was typed in the open pane, in minor units. */
export function useTypedSum(): number {
  return Number(useThe((state) => state.look.typed) || 0);
}

interface TypedSumProps {
  /** What the sum is. */
  readonly label: string;
  /** What it means, below it. */
  readonly note?: ReactNode;
  /** What is done with it, under the keypad. */
  readonly children?: ReactNode;
}

/** A sum in large figures, and the keypad it is typed with. */
export function TypedSum({ label, note, children }: TypedSumProps) {
  const { amount } = useWords();
  const sum = useTypedSum();
  return (
    <div className="typed">
      <p className="given" aria-live="polite">
        <span>{label}</span>
        <b>{amount(sum)}</b>
        {note}
      </p>
      <Keys />
      {children}
    </div>
  );
}
