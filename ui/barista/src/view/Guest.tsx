import { Button, Icon } from "@kava/parts";
import { act } from "../state/act";
import { look } from "../state/look";
import { useDo, useThe, useWords } from "./use";

/** Who is served; without a guest, the way to one. */
export function Guest() {
  const { say, money, visits } = useWords();
  const dispatch = useDo();
  const guest = useThe((state) => state.till.screen?.guest ?? null);
  const begun = useThe((state) => (state.till.screen?.cart.lines.length ?? 0) > 0);
  if (!guest) {
    return (
      <section className="guest nobody">
        <p>
          <Icon name="scan" />
          {say("sale.scan_hint")}
        </p>
        <div className="row">
          <Button look="chip" onPress={() => dispatch(look.actions.opened("code"))}>
            {say("guest.code")}
          </Button>
          <Button look="chip" onPress={() => void dispatch(act({ do: "new_guest" }))}>
            {say("guest.new")}
          </Button>
        </div>
      </section>
    );
  }
  const rights = guest.rights === "base" ? say("guest.rights_base") : guest.rights === "today" ? say("guest.rights_today") : "";
  const facts = [visits(guest.visits), guest.saved_minor > 0 ? say("guest.saved", { sum: money(guest.saved_minor) }) : "", rights];
  return (
    <section className="guest" data-testid="guest">
      <div className="who">
        <Icon name="person" />
        <div>
          <b>{guest.segment}</b>
          <span>{facts.filter(Boolean).join(" · ")}</span>
        </div>
        {guest.usual && begun && (
          <Button look="chip" onPress={() => void dispatch(act({ do: "usual" }))} label={say("sale.usual")}>
            <Icon name="star" />
          </Button>
        )}
        <Button look="quiet" onPress={() => void dispatch(act({ do: "forget_guest" }))} label={say("guest.forget")}>
          <Icon name="close" />
        </Button>
      </div>
      {guest.owed.map((owed) => (
        <p key={owed} className="owed" data-testid="owed">
          {owed}
        </p>
      ))}
      {guest.elsewhere.map((coupon) => (
        <p key={coupon} className="elsewhere" data-testid="elsewhere">
          <Icon name="place" />
          {coupon}
        </p>
      ))}
      {guest.usual && !begun && (
        <Button className="usual" onPress={() => void dispatch(act({ do: "usual" }))}>
          <Icon name="star" />
          <span>
            <b>{say("sale.usual")}</b>
            <small>{guest.usual.text}</small>
          </span>
          <b>{money(guest.usual.list_minor)}</b>
        </Button>
      )}
    </section>
  );
}
