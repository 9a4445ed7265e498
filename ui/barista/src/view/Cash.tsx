import { Button, Keypad } from "@kava/parts";
import { pay, payBoth } from "../state/act";
import { look } from "../state/look";
import { Pane } from "./Pane";
import { useDo, useThe, useWords } from "./use";

/** Cash: one tap for what guests usually hand over, a keypad for the rest, and the change in large figures. */
export function Cash() {
  const { say, money, amount } = useWords();
  const dispatch = useDo();
  const cart = useThe((state) => state.till.screen?.cart);
  const paying = useThe((state) => state.till.paying);
  const typed = useThe((state) => state.look.typed);
  if (!cart) return null;
  const given = Number(typed || 0);
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
        <div className="typed">
          <p className="given" aria-live="polite">
            <span>{say("pay.given")}</span>
            <b>{amount(given)}</b>
            {typed !== "" && (
              <em className={enough ? "" : "short"}>
                {enough
                  ? say("pay.change", { sum: money(given - cart.net_minor) })
                  : say("pay.short", { sum: money(cart.net_minor - given) })}
              </em>
            )}
          </p>
          <Keypad
            onDigit={(digit) => dispatch(look.actions.typed(digit))}
            onRub={() => dispatch(look.actions.rubbed())}
            rubLabel={say("sale.remove")}
          />
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
        </div>
      </div>
    </Pane>
  );
}
