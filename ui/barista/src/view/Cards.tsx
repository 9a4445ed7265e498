import { Icon } from "@kava/parts";
import { act } from "../state/act";
import { useDo, useThe, useWords } from "./use";

/** The guest's cards: depth, reason, what each would save on this cart. The best one counts by itself. */
export function Cards() {
  const { say, amount, percent } = useWords();
  const dispatch = useDo();
  const cards = useThe((state) => state.till.screen?.cards) ?? [];
  const cart = useThe((state) => state.till.screen?.cart);
  if (cards.length === 0 || !cart || cart.kind !== "sale") return null;
  const none = cart.choice === "none";
  return (
    <div className="cards" role="group" aria-label={say("sale.best")}>
      {cards.map((card) => (
        <button
          key={card.id}
          type="button"
          className={card.chosen ? "card chosen" : "card"}
          aria-pressed={card.chosen}
          onClick={() => void dispatch(act({ do: "choose", offer: card.id }))}
        >
          <b>
            {card.chosen && <Icon name="check" />}−{percent(card.depth_bp)}
          </b>
          <span>{card.reason}</span>
          <em>{card.saves_minor > 0 ? `−${amount(card.saves_minor)}` : card.wanted ? "★" : ""}</em>
        </button>
      ))}
      <button
        type="button"
        className={none ? "card no chosen" : "card no"}
        aria-pressed={none}
        onClick={() => void dispatch(act({ do: "choose", offer: none ? "best" : "none" }))}
      >
        {none && <Icon name="check" />}
        {say("sale.no_discount")}
      </button>
    </div>
  );
}
