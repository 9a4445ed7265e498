import type { LineShown } from "@kava/contract";
import { Button, Icon } from "@kava/parts";
import { useState } from "react";
import { act } from "../state/act";
import { look } from "../state/look";
import { Pane } from "./Pane";
import { useDo, useThe, useWords } from "./use";

/** A bill for several guests: what the first one pays. The others wait in the cart. */
export function Split() {
  const lines = useThe((state) => state.till.screen?.cart.lines) ?? [];
  // With a line more or less the numbers mean others.
  return <Choice key={lines.length} lines={lines} />;
}

/** Pieces on a line; what is weighed is not divided. */
const piecesOf = (line: LineShown) => (/^\d+$/.test(line.qty) ? Number(line.qty) : 1);

function Choice({ lines }: { lines: readonly LineShown[] }) {
  const { say } = useWords();
  const dispatch = useDo();
  const [chosen, setChosen] = useState<Readonly<Record<number, number>>>({});
  const of = (line: LineShown) => chosen[line.line] ?? 0;
  const taken = lines.reduce((sum, line) => sum + of(line), 0);
  const all = lines.reduce((sum, line) => sum + piecesOf(line), 0);
  const split = () => {
    const pieces = lines.map((line) => ({ line: line.line, qty: of(line) })).filter(({ qty }) => qty > 0);
    dispatch(look.actions.closed());
    void dispatch(act({ do: "split", lines: pieces }));
  };
  return (
    <Pane title={say("split.title")}>
      <p>{say("split.hint")}</p>
      <ol className="split">
        {lines.map((line) => (
          <Line key={line.line} line={line} count={of(line)} set={(count) => setChosen({ ...chosen, [line.line]: count })} />
        ))}
      </ol>
      <Button look="main" className="wide" disabled={taken === 0 || taken === all} onPress={split}>
        {say("split.take", { count: String(taken), all: String(all) })}
      </Button>
    </Pane>
  );
}

function Line({ line, count, set }: { line: LineShown; count: number; set: (count: number) => void }) {
  const { say, amount } = useWords();
  const most = piecesOf(line);
  return (
    <li className={count > 0 ? "chosen" : undefined}>
      <button type="button" className="line" aria-pressed={count > 0} onClick={() => set(count === most ? 0 : most)}>
        <span className="qty">{count > 0 && <Icon name="check" />}</span>
        <span className="name">
          {line.name}
          {line.with.length > 0 && <small>+ {line.with.map((extra) => extra.name.toLowerCase()).join(", ")}</small>}
          <small>{amount(line.net_minor)}</small>
        </span>
      </button>
      {most > 1 && (
        <Button look="quiet" disabled={count === 0} onPress={() => set(count - 1)} label={say("sale.fewer")}>
          <Icon name="minus" />
        </Button>
      )}
      <b className="number">{say("split.of", { count: String(count), all: line.qty })}</b>
      {most > 1 && (
        <Button look="quiet" disabled={count === most} onPress={() => set(count + 1)} label={say("sale.more")}>
          <Icon name="plus" />
        </Button>
      )}
    </li>
  );
}
