import { create } from "qrcode";

/** White around the modules, as wide as readers ask for. */
const QUIET = 4;

/** A text as a QR code: black on white, whatever the theme. */
export function Qr({ text, label }: { text: string; label: string }) {
  const { modules } = create(text, { errorCorrectionLevel: "L" });
  const places = Array.from({ length: modules.size * modules.size }, (_, at) => [Math.floor(at / modules.size), at % modules.size] as const);
  const dark = places.filter(([row, column]) => modules.get(row, column));
  const side = modules.size + 2 * QUIET;
  return (
    <svg className="qr" role="img" aria-label={label} viewBox={`${-QUIET} ${-QUIET} ${side} ${side}`} shapeRendering="crispEdges">
      <path d={dark.map(([row, column]) => `M${column} ${row}h1v1h-1z`).join("")} />
    </svg>
  );
}
