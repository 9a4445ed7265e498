import type { ReactNode } from "react";

export interface Column {
  /** What stands below: short. */
  readonly name: string;
  /** What it stands for; nothing where that is not known. */
  readonly value: number | null;
  /** Both in words, for those who point at it or do not see it. */
  readonly said: string;
}

interface PlotProps {
  readonly title: ReactNode;
  readonly label: string;
  readonly columns: readonly Column[];
  /** What the value of the tallest is called. */
  readonly most: string;
}

/** Room of one column, of the plot and of the names below it, in units of the drawing. */
const WIDE = 24;
const HIGH = 80;
const BELOW = 16;

/** Columns side by side on one line of nought; a loss hangs below it. One hue, so no colour has to say anything. */
export function Plot({ title, label, columns, most }: PlotProps) {
  const values = columns.map(({ value }) => value ?? 0);
  const [top, bottom] = [Math.max(1, ...values), Math.min(0, ...values)];
  const y = (value: number) => ((top - value) / (top - bottom)) * HIGH;
  return (
    <figure className="plot sheet">
      <figcaption>{title}</figcaption>
      <svg role="img" aria-label={`${label}: ${columns.map(({ said }) => said).join("; ")}`} viewBox={`0 -14 ${columns.length * WIDE} ${HIGH + BELOW + 14}`}>
        <text x={0} y={-4}>
          {most}
        </text>
        {columns.map(({ name, value, said }, at) => (
          <g key={name}>
            {value !== null && (
              <rect x={at * WIDE + 3} width={WIDE - 6} y={y(Math.max(value, 0))} height={Math.max(Math.abs(y(value) - y(0)), value === 0 ? 0 : 1)}>
                <title>{said}</title>
              </rect>
            )}
            <text x={at * WIDE + WIDE / 2} y={HIGH + BELOW - 3} textAnchor="middle">
              {value === null ? "–" : name}
            </text>
          </g>
        ))}
        <line x1={0} x2={columns.length * WIDE} y1={y(0)} y2={y(0)} />
      </svg>
    </figure>
  );
}
