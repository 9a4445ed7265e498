import { type FormEvent, useState } from "react";
import { type Clerk, type Role, ROLES } from "../door/answers";
import { invite, type Link, revoke } from "../state/clerks";
import { Fault } from "./Fault";
import { Field } from "./Field";
import { Heads, Paper, Table } from "./Paper";
import { useDesk, useView, useWords } from "./use";

/** Who may use the console. */
export function Clerks() {
  const { say } = useWords();
  return (
    <>
      <Invite />
      <Paper name="clerks">
        {(clerks) => (
          <Table label={say("screen.clerks")}>
            <Heads words={[say("clerk.name"), say("clerk.role"), say("clerk.shop"), say("clerk.seen"), say("clerk.state"), say("clerk.do")]} />
            <tbody>
              {clerks.map((clerk) => (
                <Row key={clerk.name} clerk={clerk} />
              ))}
            </tbody>
          </Table>
        )}
      </Paper>
    </>
  );
}

function Row({ clerk }: { readonly clerk: Clerk }) {
  const ask = useDesk();
  const { say, when } = useWords();
  const own = useView(({ session }) => session.clerk?.name);
  return (
    <tr>
      <th scope="row" dir="auto">
        {clerk.name}
      </th>
      <td>{say(`role.${clerk.role}`)}</td>
      <td>{clerk.shop === "" ? say("clerk.all_shops") : clerk.shop}</td>
      <td>{clerk.seen === null ? say("clerk.never") : when(clerk.seen)}</td>
      <td>
        {say(`clerk.${clerk.state}`)}
        {clerk.second && <small className="below">{say("clerk.second")}</small>}
      </td>
      <td>
        {clerk.state !== "revoked" && clerk.name !== own && (
          <button type="button" className="button quiet" onClick={() => void ask(revoke(clerk.name))}>
            {say("clerk.revoke")}
          </button>
        )}
      </td>
    </tr>
  );
}

/** A one-time link for somebody new, shown once. */
function Invite() {
  const ask = useDesk();
  const { say, when } = useWords();
  const busy = useView(({ session }) => session.busy);
  const [typed, type] = useState<{ name: string; role: Role; shop: string }>({ name: "", role: "analyst", shop: "" });
  const [link, show] = useState<Link | null>(null);
  // A shop manager has one shop, and nobody else has.
  const managing = typed.role === "shop_manager";
  const come = (event: FormEvent) => {
    event.preventDefault();
    void ask(invite({ ...typed, shop: managing ? typed.shop.trim() : "" })).unwrap().then(show);
  };
  return (
    <form className="sheet invite" onSubmit={come}>
      <h2>{say("invite.title")}</h2>
      <div className="pair">
        <Field name="name" label={say("clerk.name")} value={typed.name} onType={(name) => type({ ...typed, name })} />
        <label className="field" htmlFor="field-role">
          <span>{say("clerk.role")}</span>
          <span className="line">
            <select id="field-role" value={typed.role} onChange={({ target }) => type({ ...typed, role: ROLES.find((role) => role === target.value) ?? "support" })}>
              {ROLES.map((role) => (
                <option key={role} value={role}>
                  {say(`role.${role}`)}
                </option>
              ))}
            </select>
          </span>
        </label>
        {managing && <Field name="shop" label={say("invite.shop")} value={typed.shop} onType={(shop) => type({ ...typed, shop })} />}
      </div>
      <Fault />
      <button type="submit" className="button main" disabled={busy || typed.name.trim() === "" || (managing && typed.shop.trim() === "")}>
        {say("invite.do")}
      </button>
      {link !== null && (
        <p className="notice good" role="status">
          <span>
            {say("invite.link", { time: when(link.expires) })} <code data-testid="link">{new URL(link.link, location.href).href}</code>
          </span>
        </p>
      )}
    </form>
  );
}
