import { Qr } from "@kava/parts";
import type { CartShown, JoinedShown, PaidShown, Screen } from "@kava/contract";
import { useEffect } from "react";
import { onlyLook } from "../state/act";
import { NextCard } from "./NextCard";
import { useDo, useThe, useWords } from "./use";

/** The guest's window: what is bought, what is saved and why, and what comes next. It only looks. */
export function Display() {
  const dispatch = useDo();
  useEffect(() => dispatch(onlyLook()), [dispatch]);
  return <Glass />;
}

/** What the snapshot looks like from the other side of the counter. */
export function Glass() {
  const { say } = useWords();
  const screen = useThe((state) => state.till.screen);
  const alive = useThe((state) => state.till.alive);
  useEffect(() => {
    document.documentElement.lang = screen?.language ?? "ru";
  }, [screen?.language]);
  // A guest is told nothing of what troubles the till.
  if (!screen || !alive) return <main className="glass" />;
  return (
    <main className="glass">
      <header>{screen.training ? say("strip.training") : screen.title}</header>
      <Now screen={screen} />
    </main>
  );
}

function Now({ screen }: { screen: Screen }) {
  if (screen.joined) return <Card joined={screen.joined} />;
  if (screen.paid) return <Thanks paid={screen.paid} />;
  if (screen.cart.lines.length > 0) return <Order cart={screen.cart} />;
  return <Welcome />;
}

function Welcome() {
  const { say } = useWords();
  return (
    <section className="welcome" data-testid="display-welcome">
      <h1>{say("display.welcome")}</h1>
      <p>{say("display.show_code")}</p>
    </section>
  );
}

function Order({ cart }: { cart: CartShown }) {
  const { say, amount, money } = useWords();
  return (
    <section className="order" data-testid="display-order">
      <ol>
        {cart.lines.map((line) => (
          <li key={line.line}>
            <span className="name">
              {line.qty !== "1" && <b>{line.qty} × </b>}
              {line.name}
              {line.with.length > 0 && <small>+ {line.with.map((extra) => extra.name.toLowerCase()).join(", ")}</small>}
            </span>
            {line.discount_minor > 0 && <s>{amount(line.list_minor)}</s>}
            <b>{amount(line.net_minor)}</b>
          </li>
        ))}
      </ol>
      {cart.charged && (
        <footer>
          {cart.discount_minor > 0 && (
            <div className="saved">
              <b>−{money(cart.discount_minor)}</b>
              <span>{cart.reason}</span>
            </div>
          )}
          <div className="total">
            <span>{say("sale.total")}</span>
            <b>{money(cart.net_minor)}</b>
          </div>
        </footer>
      )}
    </section>
  );
}

function Thanks({ paid }: { paid: PaidShown }) {
  const { say, money } = useWords();
  return (
    <section className="thanks" data-testid="display-thanks">
      <h1>{say("display.thanks")}</h1>
      {paid.saved_minor > 0 && <p className="saved">{say("display.saved", { sum: money(paid.saved_minor) })}</p>}
      {paid.next.map((card) => (
        <NextCard key={card.id} card={card} />
      ))}
    </section>
  );
}

function Card({ joined }: { joined: JoinedShown }) {
  const { say } = useWords();
  return (
    <section className="welcome" data-testid="display-joined">
      <h1>{say("display.joined")}</h1>
      <p className="digits">{joined.code.replace(/(\d{3})(?=\d)/g, "$1 ")}</p>
      {joined.link && <Qr ecc="low" text={joined.link} label={say("display.join")} />}
      <p>{say(joined.link ? "display.join" : "display.keep")}</p>
    </section>
  );
}
