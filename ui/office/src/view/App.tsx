import { useEffect } from "react";
import { arrive, open } from "../state/act";
import { fetchPapers } from "../state/papers";
import { placeOf } from "../state/place";
import { Desk } from "./Desk";
import { Enter } from "./Enter";
import { SignIn } from "./SignIn";
import { useDesk, useView } from "./use";

/** How often the office is asked anew while the console is looked at. */
const REFRESH_MS = 15_000;

/** The console, alive. */
export function App() {
  const ask = useDesk();
  useEffect(() => {
    void ask(open());
    const asking = setInterval(() => document.visibilityState === "visible" && void ask(fetchPapers()), REFRESH_MS);
    const back = () => void ask(arrive(placeOf(location.pathname)));
    window.addEventListener("popstate", back);
    return () => {
      clearInterval(asking);
      window.removeEventListener("popstate", back);
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
  if (phase === "stranger") return <SignIn />;
  if (phase === "invited") return <Enter />;
  return <Desk />;
}
