import { type FormEvent, useState } from "react";
import { type Clerk, type Role, ROLES } from "../door/answers";
import { invite, type Link, revoke } from "../state/clerks";
import { Fault } from "./Fault";
import { Field, Options } from "./Field";
import { Heads, Paper, Table } from "./Paper";
import { Sure } from "./Sure";
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
            <Heads words={[say("clerk.name"), say("clerk.role"), say("shop.shop"), say("clerk.seen"), say("clerk.state"), say("clerk.do")]} />
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
          <Sure sure={say("clerk.revoke_now")} back={say("clerk.revoke_not")} onSure={() => void ask(revoke(clerk.name))}>
            {say("clerk.revoke")}
          </Sure>
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
    const shop = managing ? typed.shop.trim() : "";
    // One that was made stays to be copied, whatever became of the next.
    void ask(invite({ ...typed, shop })).unwrap().then((made) => show((before) => made ?? before));
  };
  return (
    <form className="sheet invite" onSubmit={come}>
      <h2>{say("invite.title")}</h2>
      <div className="pair">
        <Field name="name" label={say("clerk.name")} value={typed.name} onType={(name) => type({ ...typed, name })} />
        <Options name="role" label={say("clerk.role")} value={typed.role} onChoose={(chosen) => type({ ...typed, role: ROLES.find((role) => role === chosen) ?? "support" })}>
          {ROLES.map((role) => (
            <option key={role} value={role}>
              {say(`role.${role}`)}
            </option>
          ))}
        </Options>
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
