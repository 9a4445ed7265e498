import type { Screen } from "@kava/contract";
import { Button, Icon } from "@kava/parts";
import { act } from "../state/act";
import { look } from "../state/look";
import { Who } from "./SignOn";
import { useDo, useThe, useWords } from "./use";

/** The line to the office. Without an office there is nothing to say. */
function Line({ link, waiting }: { link: Screen["link"]; waiting: number }) {
  const { say } = useWords();
  const count = String(waiting);
  if (link === "none") return null;
  if (link === "down") {
    return (
      <span className="state amber" data-testid="offline">
        <Icon name="cloud" />
        {say("strip.offline", { count })}
      </span>
    );
  }
  return (
    <span className="state">
      <Icon name={waiting > 0 ? "cloud" : "check"} />
      {waiting > 0 ? say("strip.queue", { count }) : say("strip.online")}
    </span>
  );
}

/** The strip on top: where we are, what waits. It never blocks. */
export function Strip() {
  const { say } = useWords();
  const dispatch = useDo();
  const screen = useThe((state) => state.till.screen);
  const later = useThe((state) => state.look.later);
  if (!screen) return null;
  const put_off = screen.reviews.filter(({ receipt }) => later.includes(receipt)).length;
  return (
    <header className="strip">
      <span className="shop">{screen.title}</span>
      {screen.training ? (
        <b className="state" data-testid="training">
          <Icon name="warn" />
          {say("strip.training")}
        </b>
      ) : (
        <Line link={screen.link} waiting={screen.queue} />
      )}
      {screen.slips_waiting > 0 && (
        <span className="state amber">
          <Icon name="print" />
          {say("strip.slips", { count: String(screen.slips_waiting) })}
        </span>
      )}
      <span className="space" />
      <Who />
      {put_off > 0 && (
        <Button look="danger" onPress={() => dispatch(look.actions.reviewing())}>
          <Icon name="warn" />
          {say("review.waiting", { count: String(put_off) })}
        </Button>
      )}
      {!screen.shift_open && (
        <Button look="chip" onPress={() => void dispatch(act({ do: "open_shift" }))}>
          {say("shift.open")}
        </Button>
      )}
      <Button look="quiet" onPress={() => dispatch(look.actions.opened("more"))} label={say("strip.menu")}>
        <Icon name="menu" />
      </Button>
    </header>
  );
}
