import { useMemo } from "react";
import { modules } from "./modules";

interface QrProps {
  readonly text: string;
  /** What it is, for those who do not see it. */
  readonly label: string;
  readonly ecc?: "low" | "medium";
}

/** A text as a QR code: black on white, whatever the theme. */
export function Qr({ text, label, ecc = "medium" }: QrProps) {
  const { side, path } = useMemo(() => modules(text, ecc), [text, ecc]);
  return (
    <svg className="qr" role="img" aria-label={label} viewBox={`0 0 ${side} ${side}`} shapeRendering="crispEdges">
      <path d={path} />
    </svg>
  );
}
