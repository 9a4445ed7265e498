import { Button, Facts } from "@kava/parts";
import { type Key, LANGUAGES } from "@kava/words";
import { act } from "../state/act";
import { KEYS } from "../state/keys";
import { look, type Pane as PaneName, type Theme } from "../state/look";
import { Pane } from "./Pane";
import { useDo, useThe, useWords } from "./use";

const THEMES: readonly (readonly [Theme, Key])[] = [
  ["auto", "more.theme_auto"],
  ["light", "more.theme_light"],
  ["dark", "more.theme_dark"],
];
const PLACES: readonly (readonly [PaneName, Key])[] = [
  ["receipts", "more.receipts"],
  ["shift", "more.shift"],
  ["stops", "more.stops"],
  ["pin", "more.pin"],
  ["devices", "more.devices"],
  ["about", "more.about"],
  ["keys", "more.keys"],
  ["size", "size.title"],
];

/** Everything that is not the sale, one tap away. */
export function More() {
  const { say, language } = useWords();
  const dispatch = useDo();
  const theme = useThe((state) => state.look.theme);
  return (
    <Pane title={say("strip.menu")}>
      <div className="grid">
        {PLACES.map(([pane, key]) => (
          <Button key={pane} onPress={() => dispatch(look.actions.opened(pane))}>
            {say(key)}
          </Button>
        ))}
      </div>
      <h2>{say("more.language")}</h2>
      <div className="grid">
        {LANGUAGES.map(({ code, name }) => (
          <Button
            key={code}
            look="chip"
            pressed={code === language}
            onPress={() => void dispatch(act({ do: "language", language: code }))}
          >
            {name}
          </Button>
        ))}
      </div>
      <h2>{say("more.theme")}</h2>
      <div className="grid">
        {THEMES.map(([code, key]) => (
          <Button key={code} look="chip" pressed={code === theme} onPress={() => dispatch(look.actions.themed(code))}>
            {say(key)}
          </Button>
        ))}
      </div>
    </Pane>
  );
}

/** The keys that stand for taps; a page to print. */
export function Keys() {
  const { say } = useWords();
  const rows = [
    [KEYS.card, "keys.card"],
    [KEYS.cash, "keys.cash"],
    [KEYS.undo, "keys.undo"],
    [KEYS.usual, "keys.usual"],
    [KEYS.close, "keys.close"],
    [`${KEYS.help} ?`, "keys.help"],
  ] as const;
  return (
    <Pane title={say("more.keys")}>
      <Facts rows={rows.map(([key, words]) => ({ name: <kbd>{key}</kbd>, value: say(words) }))} />
      <p>{say("keys.scan")}</p>
    </Pane>
  );
}
