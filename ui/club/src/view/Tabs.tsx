import { Icon, type IconName } from "@kava/parts";
import { go } from "../state/act";
import { type Tab, TABS } from "../state/look";
import { useApp, useView, useWords } from "./use";

const ICONS: Record<Tab, IconName> = { code: "code", cards: "tag", feed: "page", menu: "cup", me: "person" };

/** Where to go, at the bottom. */
export function Tabs() {
  const ask = useApp();
  const { say } = useWords();
  const tab = useView(({ look }) => look.tab);
  return (
    <nav className="tabs" aria-label={say("tabs.label")}>
      {TABS.map((one) => (
        <button key={one} type="button" aria-current={tab === one ? "page" : undefined} onClick={() => void ask(go(one))}>
          <Icon name={ICONS[one]} />
          <span>{say(`tab.${one}`)}</span>
        </button>
      ))}
    </nav>
  );
}
