import { Icon, type IconName } from "@kava/parts";
import { logout, shade } from "../state/act";
import { THEMES } from "../state/look";
import { maySee } from "../state/papers";
import { type Screen, SCREENS } from "../state/place";
import { Attention } from "./Attention";
import { Campaigns } from "./Campaigns";
import { Clerks } from "./Clerks";
import { Counters } from "./Counters";
import { Deeds } from "./Deeds";
import { Said } from "./Fault";
import { Link } from "./Link";
import { Menu } from "./Menu";
import { Overview } from "./Overview";
import { Receipts } from "./Receipts";
import { Segments } from "./Segments";
import { Self } from "./Self";
import { soon } from "./soon";
import { Tongues } from "./Tongues";
import { useDesk, useView, useWords } from "./use";

const ICONS: Record<Screen, IconName> = { overview: "star", counters: "cloud", menu: "cup", campaigns: "tag", segments: "person", receipts: "print", attention: "warn", models: "share", close: "check", reports: "page", privacy: "search", clerks: "person", deeds: "page", self: "person" };

const Close = soon(async () => (await import("./Close")).Close);
const Models = soon(async () => (await import("./Models")).Models);
const Privacy = soon(async () => (await import("./Privacy")).Privacy);
const Reports = soon(async () => (await import("./Reports")).Reports);

const VIEWS: Record<Screen, () => React.ReactNode> = {
  overview: Overview,
  counters: Counters,
  menu: Menu,
  campaigns: Campaigns,
  segments: Segments,
  receipts: Receipts,
  attention: Attention,
  models: Models,
  close: Close,
  reports: Reports,
  privacy: Privacy,
  clerks: Clerks,
  deeds: Deeds,
  self: Self,
};

/** The console of somebody who is signed in. */
export function Desk() {
  const { say } = useWords();
  const screen = useView(({ look }) => look.screen);
  const may = useView(({ session }) => session.clerk?.may ?? []);
  const stays = useView(({ session }) => session.stays);
  const View = VIEWS[screen];
  return (
    <div className="desk">
      <Rail />
      <main>
        {stays !== null && <Said fault={stays} gone="paper.gone" />}
        <h1>{say(`screen.${screen}`)}</h1>
        {maySee(may, screen) ? <View /> : <p className="empty">{say("screen.forbidden")}</p>}
      </main>
    </div>
  );
}

/** Where to go, and who is here. */
function Rail() {
  const ask = useDesk();
  const { say, find } = useWords();
  const { busy, clerk } = useView(({ session }) => session);
  return (
    <header className="rail">
      <p className="chain" dir="auto">
        {clerk?.title}
      </p>
      <nav aria-label={say("screen.label")}>
        {SCREENS.filter((one) => maySee(clerk?.may ?? [], one)).map((one) => (
          <Way key={one} to={one} />
        ))}
      </nav>
      <div className="self">
        <p dir="auto">
          <b>{clerk?.name}</b>
          <small>{find(`role.${clerk?.role}`, "role.support")}</small>
        </p>
        <Tongues short />
        <Shades />
        <button type="button" className="button quiet" disabled={busy} onClick={() => void ask(logout())}>
          {say("sign.out")}
        </button>
      </div>
    </header>
  );
}

/** The way to a screen. */
function Way({ to }: { readonly to: Screen }) {
  const { say } = useWords();
  const screen = useView(({ look }) => look.screen);
  return (
    <Link to={{ screen: to, of: "" }} current={to === screen}>
      <Icon name={ICONS[to]} />
      <span>{say(`screen.${to}`)}</span>
    </Link>
  );
}

function Shades() {
  const ask = useDesk();
  const { say } = useWords();
  const theme = useView(({ look }) => look.theme);
  return (
    <div className="choice" role="group" aria-label={say("look.theme")}>
      {THEMES.map((one) => (
        <button key={one} type="button" aria-pressed={one === theme} onClick={() => void ask(shade(one))}>
          {say(`theme.${one}`)}
        </button>
      ))}
    </div>
  );
}
