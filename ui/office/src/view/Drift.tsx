import type { Calibration, ModelLine } from "../door/answers";
import { MOVED_OF } from "../door/answers";
import { Heads, Table } from "./Paper";
import { type Column, Plot } from "./Plot";
import { useWords } from "./use";

/** Looks in the picture. */
const LOOKS = 14;

/** Whether guests are still those that the newest bundle was made for. */
export function Drift({ line: { look, drift }, name }: { readonly line: ModelLine; readonly name: string }) {
  const { say } = useWords();
  if (look === null) return null;
  return (
    <>
      <h3>{say("drift.title")}</h3>
      <div className="plots">
        <Looks drift={drift.slice(-LOOKS)} />
        <div className="sheet">
          <Foretold of="value" one={look.value} />
          <Foretold of="response" one={look.response} />
        </div>
      </div>
      <Moves line={look.moved} name={name} />
    </>
  );
}

function Looks({ drift }: { readonly drift: ModelLine["drift"] }) {
  const { say, number, dayOf } = useWords();
  const columns: Column[] = drift.map(({ at, index_milli: index }) => {
    // Two looks of one day are two columns.
    const name = String(Number(dayOf(at).match(/\d+/)?.[0] ?? 0));
    return { name, value: index, said: `${dayOf(at)}: ${number(index / 1_000, 2)}` };
  });
  const most = Math.max(0, ...columns.map(({ value }) => value ?? 0));
  return <Plot title={say("drift.looks")} label={say("drift.index")} columns={columns} most={number(most / 1_000, 2)} />;
}

/** What was foretold beside what came. */
function Foretold({ of, one }: { readonly of: "value" | "response"; readonly one: Calibration }) {
  const { say, number } = useWords();
  const [low = 0, , high = 0] = one.ratio_milli;
  const milli = (value: number, digits = 0) => number(value / 1_000, digits);
  const values = { foretold: milli(one.foretold_milli), seen: milli(one.seen_milli), low: milli(low, 2), high: milli(high, 2), guests: number(one.guests) };
  return (
    <p data-calibration={of} data-verdict={one.verdict}>
      <b>{say(`drift.${of}`)}</b>
      <br />
      {one.verdict === "too_few" ? say("truth.too_few") : say("drift.foretold", values)}
      {one.verdict !== "too_few" && <small className="below">{say(`truth.${one.verdict}`)}</small>}
    </p>
  );
}

/** Each thing that models read of a guest. */
function Moves({ line, name }: { readonly line: NonNullable<ModelLine["look"]>["moved"]; readonly name: string }) {
  const { say, find, number } = useWords();
  return (
    <Table label={`${say("drift.title")}: ${name}`}>
      <Heads words={[say("drift.what"), say("drift.verdict")]} numbers={[say("drift.index"), say("drift.chance")]} />
      <tbody>
        {line.map(({ of, index_milli: index, chance_milli: chance, verdict, has_risen: risen }) => (
          <tr key={of} data-moved={of}>
            <td>{MOVED_OF.some((one) => one === of) ? find(`moved.${of}`, "moved.segment") : of}</td>
            <td>
              {say(`move.${verdict}`)}
              {verdict === "moved" && risen !== null && <small className="below">{say(risen ? "move.up" : "move.down")}</small>}
            </td>
            <td className="number">{number(index / 1_000, 2)}</td>
            <td className="number">{number(chance / 1_000, 2)}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
