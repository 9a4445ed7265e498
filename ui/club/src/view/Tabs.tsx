import { go } from "../state/act";
import { TABS } from "../state/look";
import { Icon } from "./Icon";
import { useApp, useView, useWords } from "./use";

/** Where to go, at the bottom. */
export function Tabs() {
  const ask = useApp();
  const { say } = useWords();
  const tab = useView(({ look }) => look.tab);
  return (
    <nav className="tabs" aria-label={say("tabs.label")}>
      {TABS.map((one) => (
        <button key={one} type="button" aria-current={tab === one ? "page" : undefined} onClick={() => void ask(go(one))}>
          <Icon name={one} />
          <span>{say(`tab.${one}`)}</span>
        </button>
      ))}
    </nav>
  );
}
