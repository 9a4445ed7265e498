// Keys of the whole window: scans go to the counter whatever is open, a person's keys go where they belong. No
// component owns the focus.
import { type Stroke, Wedge, type Wedged } from "./wedge";

const LOOK_MS = 25;

export interface Ears {
  scan(text: string): void;
  typed(stroke: Stroke): void;
}

/** Listens until the way back is called. */
export function listen(window: Window, ears: Ears): () => void {
  const wedge = new Wedge();
  const tell = (clear: Wedged[]) => {
    for (const one of clear) {
      if (one.is === "scan") ears.scan(one.text);
      else for (const stroke of one.strokes) ears.typed(stroke);
    }
  };
  const hear = (event: KeyboardEvent) => {
    if (isForBrowser(event)) return;
    event.preventDefault();
    event.stopPropagation();
    const { code, key, repeat, timeStamp } = event;
    tell(wedge.push({ code, key, repeat, down: event.type === "keydown", at: timeStamp }));
  };
  window.addEventListener("keydown", hear, true);
  window.addEventListener("keyup", hear, true);
  const timer = setInterval(() => tell(wedge.idle(performance.now())), LOOK_MS);
  return () => {
    window.removeEventListener("keydown", hear, true);
    window.removeEventListener("keyup", hear, true);
    clearInterval(timer);
  };
}

/** Moving the focus, and the browser's own keys such as reload, stay the browser's. */
function isForBrowser(event: KeyboardEvent): boolean {
  if (event.code === "Tab" || /^F(5|11|12)$/.test(event.code)) return true;
  const held = event.ctrlKey || event.metaKey;
  return held && event.code !== "BracketRight" && !event.code.startsWith("Control");
}
