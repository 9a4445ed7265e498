import { Qr } from "@kava/parts";
import { look } from "../state/look";
import { Countdown } from "./Countdown";
import { useWake } from "./wake";
import { useApp, useView, useWords } from "./use";

/** The code alone, white to the edge: as bright as a page can make a screen. */
export function Full() {
  const ask = useApp();
  const { say } = useWords();
  const title = useView(({ account }) => account.home?.title);
  const digits = useView(({ code }) => code.digits);
  useWake();
  return (
    <main className="full">
      <h1>{title}</h1>
      <button type="button" onClick={() => ask(look.actions.filled(false))} aria-label={say("code.back")}>
        {digits !== null && <Qr text={digits} label={say("code.label")} />}
      </button>
      <Countdown />
      <p>{say("code.back")}</p>
      {!("wakeLock" in navigator) && <p>{say("code.awake")}</p>}
    </main>
  );
}
