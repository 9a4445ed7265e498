import { Icon } from "@kava/parts";
import { useEffect, useRef } from "react";
import { look, type Pane as Which } from "../state/look";
import { BarsPane } from "./BarsPane";
import { Consents } from "./Consents";
import { Install } from "./Install";
import { Leave } from "./Leave";
import { Profile } from "./Profile";
import { Receipts } from "./Receipts";
import { Transfer } from "./Transfer";
import { useApp, useWords } from "./use";

const TITLES = {
  receipts: "receipts.title",
  profile: "me.profile",
  consents: "me.consents",
  transfer: "transfer.title",
  leave: "me.leave",
  install: "install.title",
  bars: "code.bars",
} as const;

/** A screen behind another, with a way back. */
export function Pane({ pane }: { readonly pane: Which }) {
  const ask = useApp();
  const { say } = useWords();
  const title = useRef<HTMLHeadingElement>(null);
  // Whoever listens hears where they are.
  useEffect(() => title.current?.focus(), [pane]);
  return (
    <main className="page pane">
      <header>
        <button type="button" className="back" aria-label={say("pane.back")} onClick={() => ask(look.actions.opened(null))}>
          <Icon name="back" />
        </button>
        <h1 ref={title} tabIndex={-1}>
          {say(TITLES[pane])}
        </h1>
      </header>
      {pane === "receipts" && <Receipts />}
      {pane === "profile" && <Profile />}
      {pane === "consents" && <Consents />}
      {pane === "transfer" && <Transfer />}
      {pane === "leave" && <Leave />}
      {pane === "install" && <Install />}
      {pane === "bars" && <BarsPane />}
    </main>
  );
}
