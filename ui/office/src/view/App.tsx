import { useEffect } from "react";
import { arrive, attend, open } from "../state/act";
import { codeOf, placeOf } from "../state/place";
import { Desk } from "./Desk";
import { Enter } from "./Enter";
import { Gone } from "./Gone";
import { SignIn } from "./SignIn";
import { useDesk, useView } from "./use";

/** How often the office is asked anew while the console is looked at. */
const REFRESH_MS = 15_000;
/** What a person does who sits here. */
const SIGNS = ["keydown", "pointerdown", "wheel"] as const;

/** The console, alive. */
export function App() {
  const ask = useDesk();
  useEffect(() => {
    // A screen that nobody touches is kept new, but that keeps no session alive.
    let touched = false;
    const touch = () => void (touched = true);
    const look = () => {
      if (document.visibilityState !== "visible") return;
      void ask(attend(touched ? "person" : "clock"));
      touched = false;
    };
    const back = () => void ask(arrive(placeOf(location.pathname)));
    // A link that is pasted into an open console changes nothing but what stands behind `#`.
    const linked = () => void (codeOf(location.hash) !== null && ask(open()));
    const asking = setInterval(look, REFRESH_MS);
    for (const sign of SIGNS) window.addEventListener(sign, touch, { passive: true });
    document.addEventListener("visibilitychange", look);
    window.addEventListener("popstate", back);
    window.addEventListener("hashchange", linked);
    return () => {
      clearInterval(asking);
      for (const sign of SIGNS) window.removeEventListener(sign, touch);
      document.removeEventListener("visibilitychange", look);
      window.removeEventListener("popstate", back);
      window.removeEventListener("hashchange", linked);
    };
  }, [ask]);
  return <Face />;
}

/** The console as its state is. */
export function Face() {
  const { language, theme } = useView(({ look }) => look);
  const phase = useView(({ session }) => session.phase);
  useEffect(() => {
    document.documentElement.lang = language;
    if (theme === "auto") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme;
  }, [language, theme]);
  if (phase === "opening") return <main className="gate" />;
  if (phase === "gone") return <Gone />;
  if (phase === "stranger") return <SignIn />;
  if (phase === "invited") return <Enter />;
  return <Desk />;
}
