import { type ReactNode, useState } from "react";
import { useView } from "./use";

interface SureProps {
  /** What the button says first. */
  readonly children: ReactNode;
  /** What is done, once more and whole. */
  readonly sure: string;
  /** The way back. */
  readonly back: string;
  readonly onSure: () => void;
}

/** A button for what cannot be undone: it is asked twice. */
export function Sure({ children, sure, back, onSure }: SureProps) {
  const busy = useView(({ session }) => session.busy);
  const [asks, ponder] = useState(false);
  if (!asks) {
    return (
      <button type="button" className="button quiet" onClick={() => ponder(true)}>
        {children}
      </button>
    );
  }
  const doIt = () => {
    ponder(false);
    onSure();
  };
  return (
    <div className="pair" role="group" aria-label={sure}>
      <button type="button" className="button danger" disabled={busy} onClick={doIt}>
        {sure}
      </button>
      <button type="button" className="button" onClick={() => ponder(false)}>
        {back}
      </button>
    </div>
  );
}
