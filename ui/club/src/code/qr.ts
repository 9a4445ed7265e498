// Digits as a QR code in numeric mode, drawn as one path.
import { create } from "qrcode";

export interface Drawn {
  /** Modules on a side, without the quiet zone. */
  readonly size: number;
  /** SVG path of the dark modules, one unit each. */
  readonly path: string;
}

/** Draws digits with error correction M. */
export function draw(digits: string): Drawn {
  const { modules } = create([{ data: digits, mode: "numeric" }], { errorCorrectionLevel: "M" });
  let path = "";
  for (let row = 0; row < modules.size; row += 1) {
    for (let column = 0; column < modules.size; column += 1) {
      if (!modules.get(row, column)) continue;
      let wide = 1;
      while (column + wide < modules.size && modules.get(row, column + wide)) wide += 1;
      path += `M${column} ${row}h${wide}v1h-${wide}z`;
      column += wide - 1;
    }
  }
  return { size: modules.size, path };
}
