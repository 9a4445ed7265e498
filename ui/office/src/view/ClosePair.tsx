import type { Named, Pair } from "../door/answers";
import { Link } from "./Link";
import { Heads, Table } from "./Paper";
import { useWords } from "./use";

/** Receipts that are listed by themselves; the others stand behind a word. */
const SHOWN = 8;

interface PairProps {
  readonly label: string;
  /** Whose sums they are, for those who hear the page; nothing where the label says it. */
  readonly of?: string;
  /** What the other side is called. */
  readonly theirs: string;
  readonly pair: Pair;
}

/** Two sums, their difference, and the receipts that make it. */
export function ClosePair({ label, of = "", theirs, pair: { ours_minor, theirs_minor, difference_minor, named, open_minor } }: PairProps) {
  const { say, amount, number } = useWords();
  const rest = named.slice(SHOWN);
  const heard = [of, label].filter((part) => part !== "").join(", ");
  return (
    <>
      <Table label={heard}>
        <Heads words={[label]} numbers={["Kava", theirs, say("close.difference")]} />
        <tbody>
          <tr>
            <th scope="row">{say(difference_minor === 0 ? "close.agrees" : open_minor === 0 ? "close.explained" : "close.differs")}</th>
            <td className="number">{amount(ours_minor)}</td>
            <td className="number">{amount(theirs_minor)}</td>
            <td className="number">
              <b className={difference_minor === 0 ? "" : "amber"}>{amount(difference_minor)}</b>
            </td>
          </tr>
          <Rows named={named.slice(0, SHOWN)} />
          {open_minor !== 0 && (
            <tr>
              <td colSpan={3}>{say("close.unexplained")}</td>
              <td className="number">{amount(open_minor)}</td>
            </tr>
          )}
        </tbody>
      </Table>
      {rest.length > 0 && (
        <details>
          <summary>{say("close.more", { count: number(rest.length) })}</summary>
          <Table label={`${heard}, ${say("close.more", { count: number(rest.length) })}`}>
            <tbody>
              <Rows named={rest} />
            </tbody>
          </Table>
        </details>
      )}
    </>
  );
}

/** A refund has no page of its own: it stands on the page of its receipt. */
const isRefund = (why: Named["why"], minor: number) => why === "refund_missing" || (why === "booked_other_day" && minor < 0);

function Rows({ named }: { readonly named: readonly Named[] }) {
  const { say, amount } = useWords();
  return named.map(({ why, receipt, minor, or = [] }) => (
    <tr key={`${why} ${receipt}`} data-why={why}>
      <td colSpan={3}>
        {say(why === "shift_open" ? "close.shift_open_yet" : `close.${why}`)}{" "}
        {why === "no_receipt" || isRefund(why, minor) ? (
          <code dir="auto">{receipt}</code>
        ) : (
          <Link to={{ screen: "receipts", of: receipt }}>
            <code>{receipt}</code>
          </Link>
        )}
        {or.length > 0 && <small className="below">{say("close.or", { others: or.slice(0, SHOWN).join(", ") })}</small>}
      </td>
      <td className="number">{amount(minor)}</td>
    </tr>
  ));
}
