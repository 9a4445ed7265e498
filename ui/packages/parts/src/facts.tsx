import type { ReactNode } from "react";

export interface Fact {
  readonly name: ReactNode;
  readonly value: ReactNode;
}

/** Names and what they stand for, one below the other. */
export function Facts({ rows }: { readonly rows: readonly Fact[] }) {
  return (
    <dl className="facts">
      {rows.map(({ name, value }, at) => (
        <div key={at}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
