import { useEffect, useRef } from "react";
import type { LineShown } from "@kava/contract";
import { look } from "../state/look";
import { useDo, useThe, useWords } from "./use";

/** The lines of the sale; the last one is always in sight. */
export function Lines() {
  const { say } = useWords();
  const lines = useThe((state) => state.till.screen?.cart.lines) ?? [];
  const chosen = useThe((state) => state.look.line);
  const end = useRef<HTMLLIElement>(null);
  useEffect(() => {
    // Newer browsers give a promise, which is no way back.
    void end.current?.scrollIntoView({ block: "nearest" });
  }, [lines.length]);
  if (lines.length === 0) {
    return (
      <div className="lines none">
        <b>{say("sale.empty")}</b>
        <span>{say("sale.empty_hint")}</span>
      </div>
    );
  }
  const current = chosen === 0 ? lines.length : chosen;
  return (
    <ol className="lines" aria-label={say("sale.total")}>
      {lines.map((line) => (
        <Line key={line.line} line={line} current={line.line === current} />
      ))}
      <li ref={end} className="end" aria-hidden="true" />
    </ol>
  );
}

function Line({ line, current }: { line: LineShown; current: boolean }) {
  const { say, amount } = useWords();
  const dispatch = useDo();
  return (
    <li>
      <button
        type="button"
        className={current ? "line current" : "line"}
        onClick={() => dispatch(look.actions.selected(line.line))}
      >
        <span className="qty">{line.qty}</span>
        <span className="name">
          {line.wants_mark && <small className="refusal">{say("mark.wanted")}</small>}
          {line.marked && <small>{say("mark.has")}</small>}
          {line.name}
          {line.with.length > 0 && <small>+ {line.with.map((extra) => extra.name.toLowerCase()).join(", ")}</small>}
          {line.refusal && line.discount_minor === 0 && <small className="refusal">{line.refusal}</small>}
        </span>
        <span className="price">
          <b>{amount(line.net_minor)}</b>
          {line.discount_minor > 0 && <s>{amount(line.list_minor)}</s>}
        </span>
      </button>
    </li>
  );
}
