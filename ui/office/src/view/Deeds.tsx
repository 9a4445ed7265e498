import { DEEDS } from "../door/answers";
import { moreDeeds } from "../state/clerks";
import { Fault } from "./Fault";
import { Heads, Paper, Table } from "./Paper";
import { useDesk, useView, useWords } from "./use";

/** What was done with the console, by whom and when: rows are only added. */
export function Deeds() {
  const ask = useDesk();
  const { say, find, when } = useWords();
  const busy = useView(({ session }) => session.busy);
  return (
    <Paper name="deeds">
      {({ deeds, whole }) => (
        <>
          <Table label={say("screen.deeds")}>
            <Heads words={[say("deed.at"), say("deed.clerk"), say("deed.what"), say("deed.of"), say("deed.text")]} />
            <tbody>
              {deeds.map((deed) => (
                <tr key={deed.id}>
                  <td>{when(deed.at)}</td>
                  <td dir="auto">{deed.clerk}</td>
                  <td>{DEEDS.some((one) => one === deed.what) ? find(`did.${deed.what}`, "deed.what") : <code>{deed.what}</code>}</td>
                  <td dir="auto">{deed.of}</td>
                  <td dir="auto">{deed.text}</td>
                </tr>
              ))}
            </tbody>
          </Table>
          <Fault />
          {!whole && (
            <button type="button" className="button" disabled={busy} onClick={() => void ask(moreDeeds())}>
              {say("deed.more")}
            </button>
          )}
        </>
      )}
    </Paper>
  );
}
