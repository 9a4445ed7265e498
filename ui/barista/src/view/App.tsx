import { useEffect, useLayoutEffect } from "react";
import { listen } from "../scan/listen";
import { act, follow } from "../state/act";
import { typed } from "../state/keys";
import { scale } from "../state/scale";
import { Cart } from "./Cart";
import { Gone, NobodyKnows, remedy } from "./Gone";
import { Joined } from "./Joined";
import { Message } from "./Message";
import { Question } from "./Question";
import { Report } from "./Report";
import { Review } from "./Review";
import { Shelf } from "./Shelf";
import { Strip } from "./Strip";
import { useDo, useThe } from "./use";

/** The whole screen: the strip on top, the cart on the left that never moves, everything else on the right. */
export function App() {
  const dispatch = useDo();
  useEffect(() => dispatch(follow()), [dispatch]);
  useEffect(
    () =>
      listen(window, {
        scan: (text) => void dispatch(act({ do: "scan", text })),
        typed: (stroke) => dispatch(typed(stroke)),
      }),
    [dispatch],
  );
  return <Face />;
}

/** What the snapshot looks like. */
export function Face() {
  const till = useThe((state) => state.till);
  const { later, theme, diagonal } = useThe((state) => state.look);
  useLayoutEffect(() => {
    const fit = () => scale(document.documentElement, diagonal, window);
    fit();
    window.addEventListener("resize", fit);
    return () => window.removeEventListener("resize", fit);
  }, [diagonal]);
  useEffect(() => {
    document.documentElement.lang = till.screen?.language ?? "ru";
    document.documentElement.dataset["theme"] = theme;
  }, [till.screen?.language, theme]);
  if (till.locked) return <NobodyKnows title="token.title" hints={["token.hint"]} />;
  if (till.trouble) return <NobodyKnows title="trouble.title" hints={[remedy(till.trouble.code), "trouble.hint"]} why={till.trouble.message} />;
  if (!till.screen) return till.alive ? null : <NobodyKnows title="gone.title" hints={["gone.safe"]} />;
  const reviews = till.screen.reviews.filter(({ receipt }) => !later.includes(receipt));
  return (
    <div className={till.screen.training ? "face training" : "face"}>
      <Strip />
      <Cart />
      <main className="right">
        {till.screen.question ? (
          <Question question={till.screen.question} />
        ) : till.screen.joined ? (
          <Joined joined={till.screen.joined} />
        ) : reviews.length > 0 ? (
          <Review reviews={reviews} />
        ) : till.screen.report ? (
          <Report report={till.screen.report} />
        ) : (
          <Shelf />
        )}
      </main>
      <Message />
      {!till.alive && <Gone title="gone.title" hint="gone.safe" />}
    </div>
  );
}
