import { Button } from "@kava/parts";
import { pay, payBoth } from "../state/act";
import { Pane } from "./Pane";
import { TypedSum, useTypedSum } from "./TypedSum";
import { useDo, useThe, useWords } from "./use";

/** A certificate covers all of it, or a part that is typed and the rest is paid in another way. */
export function Certificate() {
  const { say, money, amount } = useWords();
  const dispatch = useDo();
  const cart = useThe((state) => state.till.screen?.cart);
  const paying = useThe((state) => state.till.paying);
  const worth = useTypedSum();
  if (!cart) return null;
  const rest = cart.net_minor - worth;
  const none = paying || cart.lines.length === 0;
  // What is typed says what the main button does, so that a typed part is never taken for the whole.
  const isPart = worth > 0 && rest > 0;
  const part = { kind: "certificate", minor: worth } as const;
  return (
    <Pane title={say("pay.title", { sum: money(cart.net_minor) })}>
      <div className="cash">
        <div className="amounts">
          <Button look={isPart ? "plain" : "main"} disabled={none || isPart} onPress={() => void dispatch(pay("certificate"))}>
            <span>{say("pay.whole")}</span>
            <small>{amount(cart.net_minor)}</small>
          </Button>
          {(["card", "cash"] as const).map((kind) => (
            <Button key={kind} look={isPart && kind === "card" ? "main" : "plain"} disabled={none || !isPart} onPress={() => void dispatch(payBoth(part, kind))}>
              <span>{say(`pay.rest_${kind}`)}</span>
              <small>{amount(Math.max(rest, 0))}</small>
            </Button>
          ))}
        </div>
        <TypedSum label={say("pay.certificate")} />
      </div>
    </Pane>
  );
}
