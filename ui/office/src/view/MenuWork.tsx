import { type FormEvent, type MouseEvent, useState } from "react";
import { type MenuWish, MADE, type Version } from "../door/answers";
import { hundredths } from "../state/draft";
import { tryMenu, typeMenu, work } from "../state/menu";
import { type Way, WAYS } from "../state/revision";
import { Fault } from "./Fault";
import { Field } from "./Field";
import { MenuEdit } from "./MenuEdit";
import { Heads, Paper, Table } from "./Paper";
import { Revised } from "./Revised";
import { useDesk, useView, useWords } from "./use";

const PANELS: Record<Way, () => React.ReactNode> = { file: Bring, edit: MenuEdit, history: History };

/** Ways to another menu, for whoever may publish one. */
export function MenuWork() {
  const ask = useDesk();
  const { say } = useWords();
  const way = useView(({ revision }) => revision.way);
  const Panel = way === null ? null : PANELS[way];
  return (
    <>
      <div className="pair ways" role="group" aria-label={say("work.label")}>
        {WAYS.map((one) => (
          <button key={one} type="button" className="button" aria-pressed={one === way} onClick={() => void ask(work(one === way ? null : one))}>
            {say(`work.${one}`)}
          </button>
        ))}
      </div>
      {Panel && <Panel />}
    </>
  );
}

interface Brought {
  readonly file: Blob;
  readonly name: string;
}

/** A browser says nothing where the same file is chosen again, though it may have been mended meanwhile. */
const empty = ({ currentTarget }: MouseEvent<HTMLInputElement>) => void (currentTarget.value = "");

/** A file, read by the office before anything is kept. */
function Bring() {
  const ask = useDesk();
  const { say } = useWords();
  const busy = useView(({ session }) => session.busy);
  const [brought, choose] = useState<Brought | null>(null);
  const [tax, type] = useState("");
  const tax_bp = tax.trim() === "" ? null : hundredths(tax);
  const wrong = tax.trim() !== "" && tax_bp === null;
  const wish: MenuWish | null = brought === null ? null : { kind: "file", ...brought, tax_bp };
  const changed = <T,>(set: (value: T) => void) => (value: T) => {
    set(value);
    void ask(typeMenu());
  };
  // What is tried is what is published, so the bytes are taken once: a table that is saved again meanwhile is another one.
  const take = (file: File | undefined) => {
    if (file === undefined) return changed(choose)(null);
    return void file.arrayBuffer().then(
      (bytes) => changed(choose)({ file: new Blob([bytes]), name: file.name }),
      () => changed(choose)(null),
    );
  };
  const come = (event: FormEvent) => {
    event.preventDefault();
    if (wish !== null && !wrong) void ask(tryMenu(wish));
  };
  return (
    <>
      <form className="sheet bring" onSubmit={come} noValidate>
        <label className="field" htmlFor="field-file">
          <span>{say("bring.file")}</span>
          <input id="field-file" name="file" type="file" accept=".csv,.xlsx,.txt" onClick={empty} onChange={({ target }) => take(target.files?.[0])} />
        </label>
        <Field name="tax" label={say("bring.tax")} value={tax} digits unit="%" wrong={wrong ? say("bring.tax_wrong") : undefined} onType={changed(type)} />
        <p className="hint">{say("bring.hint")}</p>
        <Fault />
        <button type="submit" className="button main" disabled={busy || wish === null || wrong}>
          {say("work.try")}
        </button>
      </form>
      {wish !== null && <Revised wish={wish} />}
    </>
  );
}

/** Every version there was, with the way back to each. */
function History() {
  const { say } = useWords();
  const [wanted, want] = useState<number | null>(null);
  return (
    <>
      <Fault />
      {wanted !== null && <Revised wish={{ kind: "return", version: wanted }} />}
      <Paper name="versions">
        {(versions) => (
          <Table label={say("work.history")}>
            <Heads words={[say("version.version"), say("version.made"), say("version.by"), say("version.why"), say("clerk.do")]} numbers={[]} />
            <tbody>
              {versions.map((version) => (
                <Row key={version.version} version={version} onWant={want} />
              ))}
            </tbody>
          </Table>
        )}
      </Paper>
    </>
  );
}

function Row({ version: { version, made, made_by, why, products, in_force }, onWant }: { readonly version: Version; readonly onWant: (version: number) => void }) {
  const ask = useDesk();
  const { say, when, counted, number } = useWords();
  const busy = useView(({ session }) => session.busy);
  const [word = "", ...of] = why.split(" ");
  const known = MADE.find((one) => one === word);
  const back = () => {
    onWant(version);
    void ask(tryMenu({ kind: "return", version }));
  };
  return (
    <tr data-version={version}>
      <td>{number(version)}</td>
      <td>{when(made)}</td>
      <td dir="auto">{made_by === "" ? "–" : made_by}</td>
      <td>
        {known === undefined ? "–" : say(`made.${known}`)} <span dir="auto">{of.join(" ")}</span>
        <small className="below">{counted("products", products)}</small>
      </td>
      <td>
        {in_force ? (
          <span className="badge running">{say("version.in_force")}</span>
        ) : (
          <button type="button" className="button quiet" disabled={busy} onClick={back}>
            {say("version.return")}
          </button>
        )}
      </td>
    </tr>
  );
}
