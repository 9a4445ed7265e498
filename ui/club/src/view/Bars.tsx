import { useMemo } from "react";
import { bars } from "../code/bars";

/** Digits as bars: black on white whatever the theme is. */
export function Bars({ digits, label }: { readonly digits: string; readonly label: string }) {
  const { width, bars: drawn } = useMemo(() => bars(digits), [digits]);
  return (
    <svg className="bars" role="img" aria-label={label} viewBox={`-10 0 ${width + 20} 60`} preserveAspectRatio="none" shapeRendering="crispEdges">
      {drawn.map(([at, wide]) => (
        <rect key={at} x={at} y={4} width={wide} height={52} />
      ))}
    </svg>
  );
}
