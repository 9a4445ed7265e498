import { Icon } from "@kava/parts";
import type { BadCell, FieldValue, MenuChange, MenuField, MenuLine, MenuWish, Revision } from "../door/answers";
import { publishMenu, work } from "../state/menu";
import { Heads, Table } from "./Paper";
import { useDesk, useView, useWords } from "./use";

/** Rows that are listed of each kind; the rest is counted. */
const LISTED = 50;

/** What another menu would change, and the way to publish it; or that it is published. */
export function Revised({ wish }: { readonly wish: MenuWish }) {
  const tried = useView(({ revision }) => revision.tried);
  if (tried === null) return null;
  return (
    <section className="sheet revised" aria-live="polite" data-testid="revision">
      {tried.published === null ? <Tried tried={tried} wish={wish} /> : <Done version={tried.published} />}
    </section>
  );
}

function Done({ version }: { readonly version: number }) {
  const ask = useDesk();
  const { say, number } = useWords();
  return (
    <>
      <p className="notice good">
        <Icon name="check" />
        <span>{say("revision.published", { version: number(version) })}</span>
      </p>
      <button type="button" className="button" onClick={() => void ask(work(null))}>
        {say("revision.close")}
      </button>
    </>
  );
}

function Tried({ tried, wish }: { readonly tried: Revision; readonly wish: MenuWish }) {
  const ask = useDesk();
  const { say, counted, number } = useWords();
  const busy = useView(({ session }) => session.busy);
  const { added, changed, gone, restated, same, refused, warnings } = tried;
  const nothing = added.length + changed.length + gone.length + restated === 0;
  const kinds = { added: added.length, changed: changed.length, gone: gone.length, restated, same };
  const told = (["added", "changed", "gone", "restated", "same"] as const).filter((kind) => kinds[kind] > 0);
  return (
    <>
      <h2>{say("revision.title")}</h2>
      <ul className="badges">
        {told.map((kind) => (
          <li key={kind} className={`badge ${kind === "same" ? "" : "running"}`}>
            {say(`revision.${kind}`)}: {number(kinds[kind])}
          </li>
        ))}
      </ul>
      <Refused cells={refused} title={say("revision.refused", { count: number(refused.length) })} />
      <Refused cells={warnings} title={say("revision.warnings", { count: number(warnings.length) })} />
      <Changes changed={changed} />
      <Lines lines={added} title={say("revision.added")} />
      <Lines lines={gone} title={say("revision.gone")} />
      {nothing ? (
        <p className="hint">{say("revision.nothing")}</p>
      ) : (
        <button type="button" className="button main" disabled={busy} onClick={() => void ask(publishMenu(wish))}>
          {say("revision.publish", { of: counted("products", added.length + changed.length + restated + same) })}
        </button>
      )}
    </>
  );
}

/** Lines of a file that are not taken, or are taken and worth a look: where, what, why. */
function Refused({ cells, title }: { readonly cells: readonly BadCell[]; readonly title: string }) {
  const { say, find, number } = useWords();
  if (cells.length === 0) return null;
  return (
    <details open={cells.length <= LISTED}>
      <summary>{title}</summary>
      <ul className="log">
        {cells.slice(0, LISTED).map(({ line, column, value, code }) => (
          <li key={`${line} ${column} ${code}`} data-line={line}>
            <b>{say("revision.line", { line: number(line) })}</b> <span dir="auto">{column}{value === "" ? "" : ` «${value}»`}</span> — {find(`cell.${code}`, "cell.other")}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Products that are otherwise, with the floor they will have. */
function Changes({ changed }: { readonly changed: readonly MenuChange[] }) {
  const { say, amount } = useWords();
  const shown = useShown();
  if (changed.length === 0) return null;
  return (
    <Table label={say("revision.changed")}>
      <Heads words={[say("menu.product"), say("revision.changed")]} numbers={[say("menu.floor")]} />
      <tbody>
        {changed.slice(0, LISTED).map(({ sku, name, floor_minor: floor, fields }) => (
          <tr key={sku} data-changed={sku}>
            <td dir="auto">{name}</td>
            <td>
              {fields.map(({ field, from, to }) => (
                <span key={field} className="below">
                  {say(`field.${field}`)}: {shown(field, from)} → <b>{shown(field, to)}</b>
                </span>
              ))}
            </td>
            <td className="number">{floor === null ? "–" : amount(floor)}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

/** How the value of a field is written. */
function useShown() {
  const { say, amount, percent } = useWords();
  return (field: MenuField, value: FieldValue): string => {
    if (value === null) return "–";
    if (typeof value === "boolean") return say(value ? "field.yes" : "field.no");
    if (typeof value === "string") return value;
    return field === "tax_bp" ? percent(value) : amount(value);
  };
}

/** Products that come or go. */
function Lines({ lines, title }: { readonly lines: readonly MenuLine[]; readonly title: string }) {
  const { say, amount } = useWords();
  if (lines.length === 0) return null;
  return (
    <Table label={title}>
      <Heads words={[title]} numbers={[say("menu.price"), say("menu.cost"), say("menu.floor")]} />
      <tbody>
        {lines.slice(0, LISTED).map(({ sku, name, price_minor, cost_minor, floor_minor }) => (
          <tr key={sku}>
            <td>
              <span dir="auto">{name}</span> <small>{sku}</small>
            </td>
            <td className="number">{amount(price_minor)}</td>
            <td className="number">{cost_minor === null ? "–" : amount(cost_minor)}</td>
            <td className="number">{floor_minor === null ? "–" : amount(floor_minor)}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
