import { Button } from "@kava/parts";
import type { LineShown, PurchaseKind } from "@kava/contract";
import { act, pay } from "../state/act";
import { look } from "../state/look";
import { Pane } from "./Pane";
import { useDo, useThe, useWords } from "./use";

/** Whether there is more than one piece to be paid. */
const divisible = (lines: readonly LineShown[]) => lines.length > 1 || Number(lines[0]?.qty ?? 0) >= 2;

const WAYS = ["qr", "invoice"] as const;
const KINDS: readonly PurchaseKind[] = ["sale", "staff", "corporate", "remake", "comp", "writeoff"];

/** Rarer ways of payment, and sales that are none. */
export function Other() {
  const { say, money } = useWords();
  const dispatch = useDo();
  const cart = useThe((state) => state.till.screen?.cart);
  const paying = useThe((state) => state.till.paying);
  if (!cart) return null;
  return (
    <Pane title={say("pay.title", { sum: money(cart.net_minor) })}>
      <div className="grid">
        {WAYS.map((way) => (
          <Button key={way} disabled={paying || cart.lines.length === 0} onPress={() => void dispatch(pay(way))}>
            {say(`pay.${way}`)}
          </Button>
        ))}
        <Button disabled={paying || cart.lines.length === 0} onPress={() => dispatch(look.actions.opened("certificate"))}>
          {say("pay.certificate")}
        </Button>
        <Button disabled={paying || !divisible(cart.lines)} onPress={() => dispatch(look.actions.opened("split"))}>
          {say("split.title")}
        </Button>
      </div>
      <h2>{say("sale.kind")}</h2>
      <div className="grid">
        {KINDS.map((kind) => (
          <Button key={kind} look="chip" pressed={cart.kind === kind} onPress={() => void dispatch(act({ do: "kind", kind }))}>
            {say(`kind.${kind}`)}
          </Button>
        ))}
      </div>
    </Pane>
  );
}
