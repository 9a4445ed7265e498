import { Button, Icon } from "@kava/parts";
import type { ReviewShown } from "@kava/contract";
import { act } from "../state/act";
import { look } from "../state/look";
import { useDo, useThe, useWords } from "./use";

/** Nobody knows whether the register has it: where to look, and two answers. It can wait; selling goes on. */
export function Review({ reviews }: { reviews: readonly ReviewShown[] }) {
  const { say, money } = useWords();
  const dispatch = useDo();
  const paying = useThe((state) => state.till.paying);
  const [one] = reviews;
  if (!one) return null;
  const { receipt } = one;
  return (
    <section className="review" role="alertdialog" aria-labelledby="review" data-testid="review">
      <div className="title">
        <Icon name="warn" />
        <h1 id="review">
          {reviews.length > 1 ? say("review.title_many", { count: String(reviews.length) }) : say("review.title")}
        </h1>
      </div>
      <p className="safe">{say("review.safe")}</p>
      <p className="look">{one.look}</p>
      <p className="sum">{say("review.sum", { sum: money(one.net_minor) })}</p>
      <div className="row answers">
        <Button look="main" disabled={paying} onPress={() => void dispatch(act({ do: "review", receipt, rung_up: true }))}>
          {say("review.yes")}
        </Button>
        <Button look="danger" disabled={paying} onPress={() => void dispatch(act({ do: "review", receipt, rung_up: false }))}>
          {say("review.no")}
        </Button>
      </div>
      <div className="row">
        <Button disabled={paying} onPress={() => void dispatch(act({ do: "resume" }))}>
          {say("review.ask")}
        </Button>
        <Button look="quiet" onPress={() => dispatch(look.actions.postponed(receipt))}>
          {say("review.later")}
        </Button>
      </div>
    </section>
  );
}
