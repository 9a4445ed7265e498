import type { ReactNode } from "react";
import { go } from "../state/act";
import { pathOf, type Place } from "../state/place";
import { useDesk } from "./use";

/** A way to a place of the console. */
export function Link({ to, current = false, children }: { readonly to: Place; readonly current?: boolean; readonly children: ReactNode }) {
  const ask = useDesk();
  return (
    <a
      href={pathOf(to)}
      aria-current={current ? "page" : undefined}
      onClick={(event) => {
        // A new tab is the browser's business.
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        void ask(go(to));
      }}
    >
      {children}
    </a>
  );
}
