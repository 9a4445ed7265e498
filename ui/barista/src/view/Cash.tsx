import { Button } from "@kava/parts";
import { pay, payBoth } from "../state/act";
import { Pane } from "./Pane";
import { TypedSum, useTypedSum } from "./TypedSum";
import { useDo, useThe, useWords } from "./use";

/** Cash: one tap for what guests usually hand over, a keypad for the rest, and the change in large figures. */
export function Cash() {
  const { say, money, amount } = useWords();
  const dispatch = useDo();
  const cart = useThe((state) => state.till.screen?.cart);
  const paying = useThe((state) => state.till.paying);
  const typed = useThe((state) => state.look.typed) !== "";
  const given = useTypedSum();
  if (!cart) return null;
  const enough = given >= cart.net_minor && cart.lines.length > 0;
  return (
    <Pane title={say("pay.title", { sum: money(cart.net_minor) })}>
      <div className="cash">
        <div className="amounts">
          {cart.cash.map((minor, at) => (
            <Button key={minor} disabled={paying} look={at === 0 ? "main" : "plain"} onPress={() => void dispatch(pay("cash", minor))}>
              <span>{at === 0 ? say("pay.exact") : amount(minor)}</span>
              <small>{at === 0 ? amount(minor) : say("pay.change", { sum: amount(minor - cart.net_minor) })}</small>
            </Button>
          ))}
        </div>
        <TypedSum label={say("pay.given")} note={typed && <Change over={given - cart.net_minor} />}>
          {given > 0 && !enough ? (
            <Button disabled={paying} onPress={() => void dispatch(payBoth({ kind: "cash", minor: given }, "card"))}>
              <span>{say("pay.rest_card")}</span>
              <b>{amount(cart.net_minor - given)}</b>
            </Button>
          ) : (
            <Button look="main" disabled={!enough || paying} onPress={() => void dispatch(pay("cash", given))}>
              {say("pay.take")}
            </Button>
          )}
        </TypedSum>
      </div>
    </Pane>
  );
}

/** What is given back, or still to be paid. */
function Change({ over }: { readonly over: number }) {
  const { say, money } = useWords();
  if (over < 0) return <em className="short">{say("pay.short", { sum: money(-over) })}</em>;
  return <em>{say("pay.change", { sum: money(over) })}</em>;
}
