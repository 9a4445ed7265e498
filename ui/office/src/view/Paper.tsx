import type { ReactNode } from "react";
import type { Name, Papers } from "../state/desk";
import { Said } from "./Fault";
import { useView, useWords } from "./use";

interface PaperProps<N extends Name> {
  readonly name: N;
  readonly children: (value: Papers[N]) => ReactNode;
}

/** What the office answered last, with what keeps it from answering anew. */
export function Paper<N extends Name>({ name, children }: PaperProps<N>) {
  const { say } = useWords();
  const { value, fault } = useView(({ desk }) => desk[name]);
  return (
    <>
      {fault !== null && <Said fault={fault} gone="paper.gone" />}
      {value === null ? fault === null && <p className="empty">{say("paper.coming")}</p> : children(value as Papers[N])}
    </>
  );
}

/** A table that may be wider than the screen: it is moved by itself, also with the keys. */
export function Table({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="wide" role="region" aria-label={label} tabIndex={0}>
      <table>{children}</table>
    </div>
  );
}

interface HeadsProps {
  readonly words: readonly string[];
  /** Columns of numbers, behind those of words. */
  readonly numbers?: readonly string[];
}

/** The names of the columns. */
export function Heads({ words, numbers = [] }: HeadsProps) {
  return (
    <thead>
      <tr>
        {words.map((name) => (
          <th key={name} scope="col">
            {name}
          </th>
        ))}
        {numbers.map((name) => (
          <th key={name} scope="col" className="number">
            {name}
          </th>
        ))}
      </tr>
    </thead>
  );
}
