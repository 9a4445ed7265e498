// Physical keys and their characters on the layout that scanners are made for, whatever layout is in use. The same
// table as src/devices/scanner/layout.rs.

const BESIDE: Record<string, readonly [string, string]> = {
  Minus: ["-", "_"],
  Equal: ["=", "+"],
  BracketLeft: ["[", "{"],
  BracketRight: ["]", "}"],
  Backslash: ["\\", "|"],
  Semicolon: [";", ":"],
  Quote: ["'", '"'],
  Backquote: ["`", "~"],
  Comma: [",", "<"],
  Period: [".", ">"],
  Slash: ["/", "?"],
  Space: [" ", " "],
};
const ABOVE_DIGITS = ")!@#$%^&*(";

/** The character of a physical key, or null where it has none. */
export function character(code: string, shift: boolean, control: boolean): string | null {
  // Scanners send the group separator as Control and ].
  if (control) return code === "BracketRight" ? "\u001d" : null;
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter) return shift ? letter : letter.toLowerCase();
  const digit = /^Digit([0-9])$/.exec(code)?.[1];
  if (digit) return shift ? (ABOVE_DIGITS[Number(digit)] ?? null) : digit;
  const pad = /^Numpad([0-9])$/.exec(code)?.[1];
  if (pad) return pad;
  return BESIDE[code]?.[shift ? 1 : 0] ?? null;
}
