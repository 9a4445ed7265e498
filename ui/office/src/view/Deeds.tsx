import { moreDeeds } from "../state/clerks";
import { Heads, Paper, Table } from "./Paper";
import { useDesk, useView, useWords } from "./use";

/** As many as the office gives at a time. */
const PAGE = 200;

/** What was done with the console, by whom and when: rows are only added. */
export function Deeds() {
  const ask = useDesk();
  const { say, when } = useWords();
  const busy = useView(({ session }) => session.busy);
  return (
    <Paper name="deeds">
      {(deeds) => (
        <>
          <Table label={say("screen.deeds")}>
            <Heads words={[say("deed.at"), say("deed.clerk"), say("deed.what"), say("deed.of"), say("deed.text")]} />
            <tbody>
              {deeds.map((deed) => (
                <tr key={deed.id}>
                  <td>{when(deed.at)}</td>
                  <td dir="auto">{deed.clerk}</td>
                  <td>
                    <code>{deed.what}</code>
                  </td>
                  <td dir="auto">{deed.of}</td>
                  <td dir="auto">{deed.text}</td>
                </tr>
              ))}
            </tbody>
          </Table>
          {deeds.length > 0 && deeds.length % PAGE === 0 && (
            <button type="button" className="button" disabled={busy} onClick={() => void ask(moreDeeds())}>
              {say("deed.more")}
            </button>
          )}
        </>
      )}
    </Paper>
  );
}
