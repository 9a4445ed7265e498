// The window freezes prototypes, so what assigns a `toString` to an object of its own cannot be loaded there: most encoders do.
import encode from "qr";

/** White around the modules, as wide as readers ask for. */
const QUIET = 4;

/** A text as a QR code: black on white, whatever the theme. */
export function Qr({ text, label }: { text: string; label: string }) {
  const rows = encode(text, "raw", { ecc: "low", border: QUIET });
  const dark = rows.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])));
  const side = rows.length;
  return (
    <svg className="qr" role="img" aria-label={label} viewBox={`0 0 ${side} ${side}`} shapeRendering="crispEdges">
      <path d={dark.join("")} />
    </svg>
  );
}
