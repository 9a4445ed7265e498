import type { CartShown, RestShown } from "@kava/contract";
import { Button, Icon } from "@kava/parts";
import { act, pay } from "../state/act";
import { look } from "../state/look";
import { Cards } from "./Cards";
import { Guest } from "./Guest";
import { Lines } from "./Lines";
import { Paid } from "./Paid";
import { useDo, useThe, useWords } from "./use";

/** The sale: guest, lines, cards, sum, payment. It is always here and never moves. */
export function Cart() {
  const { say, money } = useWords();
  const screen = useThe((state) => state.till.screen);
  if (!screen) return null;
  // The tiles stay where they are: the next tap or scan begins the next sale.
  if (screen.paid) {
    return (
      <aside className="cart" aria-label={say("paid.title")}>
        <Paid paid={screen.paid} />
      </aside>
    );
  }
  const { cart } = screen;
  return (
    <aside className="cart" aria-label={say("sale.total")}>
      <Guest />
      <Lines />
      <Cards />
      <div className="sum">
        <Tools cart={cart} undo={screen.undo} />
        {cart.rest && <Waits rest={cart.rest} />}
        <div className="total" data-testid="total">
          <span>{say("sale.total")}</span>
          <b>{money(cart.charged ? cart.net_minor : 0)}</b>
        </div>
        <Ways cart={cart} busy={screen.busy} />
      </div>
    </aside>
  );
}

/** What of a split bill is paid after this. */
export function Waits({ rest }: { rest: RestShown }) {
  const { say, money } = useWords();
  return (
    <p className="waits" data-testid="rest">
      <Icon name="wait" />
      {say("split.rest", { count: String(rest.pieces), sum: money(rest.list_minor) })}
    </p>
  );
}

/** Undo and clear, and why the sum is what it is. */
function Tools({ cart, undo }: { cart: CartShown; undo: number }) {
  const { say, amount } = useWords();
  const dispatch = useDo();
  const empty = cart.lines.length === 0;
  return (
    <div className="tools">
      <Button look="quiet" disabled={undo === 0} onPress={() => void dispatch(act({ do: "undo" }))} label={say("sale.undo")}>
        <Icon name="undo" />
      </Button>
      <Button look="quiet" disabled={empty} onPress={() => void dispatch(act({ do: "clear" }))} label={say("sale.clear")}>
        <Icon name="close" />
      </Button>
      <div className="why">
        {cart.discount_minor > 0 && (
          <>
            <s className="list">{amount(cart.list_minor)}</s>{" "}
            <span className="saved">{say("sale.saved", { sum: amount(cart.discount_minor) })}</span>
          </>
        )}
        <span className="reason">{cart.kind === "sale" ? cart.reason : say(`kind.${cart.kind}`)}</span>
      </div>
    </div>
  );
}

/** The ways to pay; where no money is taken, only to write it down. */
function Ways({ cart, busy }: { cart: CartShown; busy: boolean }) {
  const { say } = useWords();
  const dispatch = useDo();
  const paying = useThe((state) => state.till.paying);
  const empty = cart.lines.length === 0;
  const off = empty || paying || busy || cart.lines.some((line) => line.wants_mark);
  if (!cart.charged) {
    return (
      <div className="ways">
        <Button look="main" disabled={off} onPress={() => void dispatch(pay("card"))}>
          {say("pay.record")}
        </Button>
      </div>
    );
  }
  return (
    <div className="ways">
      <Button look="main" disabled={off} onPress={() => void dispatch(pay("card"))} className="by-card">
        {paying || busy ? say("pay.busy") : say("sale.card")}
      </Button>
      <Button disabled={off} onPress={() => dispatch(look.actions.opened("cash"))}>
        {say("sale.cash")}
      </Button>
      <Button look="quiet" disabled={empty} onPress={() => dispatch(look.actions.opened("other"))}>
        {say("sale.other")}
      </Button>
    </div>
  );
}
