// A text as the modules of a QR code. The desktop window freezes prototypes, so what assigns a `toString` to an object of its
// own cannot be loaded there: most encoders do, this one does not.
import encode from "qr";

/** White around the modules, as wide as readers ask for. */
const QUIET = 4;

export interface Modules {
  /** Modules on a side, the white around them included. */
  readonly side: number;
  /** SVG path of the dark modules, one unit each. */
  readonly path: string;
}

/** The modules of a text; digits alone take the least room. `ecc` says how much of it may be unreadable. */
export function modules(text: string, ecc: "low" | "medium" = "medium"): Modules {
  const rows = encode(text, "raw", { ecc, border: QUIET });
  return { side: rows.length, path: rows.map((row, y) => runs(row, y)).join("") };
}

/** The dark runs of a row. */
function runs(row: readonly boolean[], y: number): string {
  let path = "";
  for (let x = 0; x < row.length; x += 1) {
    let wide = 0;
    while (row[x + wide]) wide += 1;
    if (wide > 0) path += `M${x} ${y}h${wide}v1h-${wide}z`;
    x += wide;
  }
  return path;
}
