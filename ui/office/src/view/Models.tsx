import type { Bundle, ModelLine } from "../door/answers";
import { BUNDLE_PARTS, GATES } from "../door/answers";
import { Drift } from "./Drift";
import { Fault } from "./Fault";
import { Heads, Paper, Table } from "./Paper";
import { useReason } from "./reason";
import { Roll } from "./Roll";
import { useWords } from "./use";

/** Bundles of models: where the newest is, whether the world is still what it was made for, and which there were. */
export function Models() {
  const { say } = useWords();
  return (
    <Paper name="models">
      {(lines) => (
        <>
          <p className="hint">{say("models.hint")}</p>
          <Fault />
          {lines.map((line) => (
            <Line key={line.shop} line={line} />
          ))}
        </>
      )}
    </Paper>
  );
}

function Line({ line }: { readonly line: ModelLine }) {
  const { say } = useWords();
  const name = line.shop === "" ? say("models.chain") : say("shop.named", { shop: line.shop });
  return (
    <section data-line={line.shop} aria-label={name}>
      <h2 dir="auto">{name}</h2>
      {line.bundles.length === 0 ? (
        <p className="empty">{say("models.none")}</p>
      ) : (
        <>
          <Roll line={line} />
          <Drift line={line} name={name} />
          <History bundles={line.bundles} name={name} />
        </>
      )}
    </section>
  );
}

/** Which bundles there were, and what was said of each when it was learned. */
function History({ bundles, name }: { readonly bundles: readonly Bundle[]; readonly name: string }) {
  const { say, dayOf } = useWords();
  return (
    <>
      <h3>{say("models.history")}</h3>
      <Table label={`${say("models.history")}: ${name}`}>
        <Heads words={[say("models.version"), say("models.made"), say("models.state"), say("models.gate")]} />
        <tbody>
          {bundles.map((bundle) => (
            <tr key={bundle.version} data-version={bundle.version}>
              <td>
                <b>{bundle.version}</b>
                {bundle.of !== null && <small className="below">{say("models.of", { version: String(bundle.of) })}</small>}
              </td>
              <td>
                {dayOf(bundle.made ?? bundle.published)}
                {bundle.not_after !== null && <small className="below">{say("models.until", { day: dayOf(bundle.not_after) })}</small>}
              </td>
              <td>
                <span className={`badge ${bundle.state}`}>{say(`bundle.${bundle.state}`)}</span>
                <Why codes={bundle.why} />
              </td>
              <td>
                <Parts bundle={bundle} />
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
    </>
  );
}

function Why({ codes }: { readonly codes: readonly string[] }) {
  const reason = useReason();
  return codes.map((code) => (
    <small key={code} className="below">
      {reason(code)}
    </small>
  ));
}

/** What a bundle has, part by part; what came back has no report of its own. */
function Parts({ bundle: { parts, of } }: { readonly bundle: Bundle }) {
  const { say, find, number } = useWords();
  const all = BUNDLE_PARTS.flatMap((part) => parts.filter((one) => one.part === part));
  if (all.every(({ is_there }) => !is_there)) return <span>{say("models.bare")}</span>;
  return (
    <details>
      <summary>{all.filter(({ is_there }) => is_there).map(({ part }) => say(`part.${part}`)).join(", ")}</summary>
      <ul className="behind">
        {all.map(({ part, is_there, is_new, why, gate, from }) => (
          <li key={part} data-part={part}>
            <b>{say(`part.${part}`)}</b>: {of !== null && is_there ? say("part.back") : is_new ? say("part.new", { from: number(from ?? 0) }) : say(is_there ? "part.as_before" : "part.absent")}
            {gate !== null && <small className="below">{GATES.some((one) => one === gate) ? find(`gate.${gate}`, "gate.other") : say("gate.other")}</small>}
            {why !== null && (
              <small className="below" lang="en" dir="ltr">
                {why}
              </small>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}
