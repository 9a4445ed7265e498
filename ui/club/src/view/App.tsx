import { useEffect } from "react";
import { open } from "../state/act";
import { tick } from "../state/show";
import { reach, refresh } from "../state/visit";
import { Cards } from "./Cards";
import { Code } from "./Code";
import { Feed } from "./Feed";
import { Full } from "./Full";
import { Inside } from "./Inside";
import { Join } from "./Join";
import { Me } from "./Me";
import { Menu } from "./Menu";
import { Newer } from "./Newer";
import { Pane } from "./Pane";
import { Tabs } from "./Tabs";
import { Withdrawn } from "./Withdrawn";
import { useApp, useView, useWords } from "./use";

/** How often the office is asked while the app is looked at. */
const REFRESH_MS = 60_000;
/** How often it is tried again while the office cannot be reached: a phone does not always say that it has a network. */
const REACH_MS = 4_000;
/** How often it is looked whether a new step has begun. */
const TICK_MS = 200;

/** The app, alive. */
export function App() {
  const ask = useApp();
  useEffect(() => {
    void ask(open());
    const ticking = setInterval(() => void ask(tick()), TICK_MS);
    const asking = setInterval(() => document.visibilityState === "visible" && void ask(refresh()), REFRESH_MS);
    const reaching = setInterval(() => document.visibilityState === "visible" && void ask(reach()), REACH_MS);
    const back = () => {
      if (document.visibilityState !== "visible") return;
      void ask(tick());
      void ask(refresh());
    };
    document.addEventListener("visibilitychange", back);
    window.addEventListener("online", back);
    return () => {
      clearInterval(ticking);
      clearInterval(asking);
      clearInterval(reaching);
      document.removeEventListener("visibilitychange", back);
      window.removeEventListener("online", back);
    };
  }, [ask]);
  return <Face />;
}

/** The app as its state is. */
export function Face() {
  const { language, theme, tab, pane, full, inside } = useView(({ look }) => look);
  const phase = useView(({ session }) => session.phase);
  useEffect(() => {
    document.documentElement.lang = language;
    if (theme === "auto") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme;
  }, [language, theme]);
  if (phase === "opening") return <main className="page" />;
  if (inside && phase === "stranger") return <Inside />;
  if (phase === "stranger") return <Join />;
  if (phase === "withdrawn") return <Withdrawn />;
  if (full) return <Full />;
  return (
    <>
      <Newer />
      {pane === null ? (
        <main className="page" key={tab}>
          <Offline />
          {tab === "code" && <Code />}
          {tab === "cards" && <Cards />}
          {tab === "feed" && <Feed />}
          {tab === "menu" && <Menu />}
          {tab === "me" && <Me />}
        </main>
      ) : (
        <Pane pane={pane} />
      )}
      <Tabs />
    </>
  );
}

/** What stands above everything while there is no network. */
function Offline() {
  const online = useView(({ look }) => look.online);
  const fetched = useView(({ account }) => account.fetched);
  const { say, time, day } = useWords();
  if (online) return null;
  const at = new Date(fetched).toISOString();
  return (
    <p className="offline" role="status">
      <span>{say("net.off")}</span> <small>{say("net.as_of", { time: `${day(at)}, ${time(at)}` })}</small>
    </p>
  );
}
