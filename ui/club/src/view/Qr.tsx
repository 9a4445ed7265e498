import { useMemo } from "react";
import { draw } from "../code/qr";
import { bars } from "../code/bars";

/** Modules of white around a QR code. */
const QUIET = 4;

/** Digits as a QR code: black on white whatever the theme is. */
export function Qr({ digits, label }: { readonly digits: string; readonly label: string }) {
  const { size, path } = useMemo(() => draw(digits), [digits]);
  const side = size + 2 * QUIET;
  return (
    <svg className="qr" role="img" aria-label={label} viewBox={`${-QUIET} ${-QUIET} ${side} ${side}`} shapeRendering="crispEdges" data-digits={digits}>
      <rect x={-QUIET} y={-QUIET} width={side} height={side} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

/** Digits as bars. */
export function Bars({ digits, label }: { readonly digits: string; readonly label: string }) {
  const { width, bars: drawn } = useMemo(() => bars(digits), [digits]);
  return (
    <svg className="bars" role="img" aria-label={label} viewBox={`-10 0 ${width + 20} 60`} preserveAspectRatio="none" shapeRendering="crispEdges" data-digits={digits}>
      <rect x={-10} width={width + 20} height={60} fill="#fff" />
      {drawn.map(([at, wide]) => (
        <rect key={at} x={at} y={4} width={wide} height={52} fill="#000" />
      ))}
    </svg>
  );
}
