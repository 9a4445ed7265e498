import type { Day } from "../door/answers";
import { type Column, Plot } from "./Plot";
import { useWords } from "./use";

/** Two weeks: what guests saved each day, and what stayed of what they paid, for whoever may see that. */
export function Days({ days }: { readonly days: readonly Day[] }) {
  const { say, money, amount, day } = useWords();
  const plot = (of: (one: Day) => number | undefined) => {
    const columns: Column[] = days.map((one) => {
      const value = of(one) ?? null;
      const said = value === null ? say("counter.unknown") : money(value);
      return { name: String(Number(one.day.slice(8))), value, said: `${day(one.day)} ${said}` };
    });
    const values = columns.flatMap(({ value }) => (value === null ? [] : [value]));
    return { columns, most: amount(Math.max(0, ...values)), sum: money(values.reduce((all, value) => all + value, 0)) };
  };
  const saved = plot(({ saved_minor }) => saved_minor);
  const kept = plot(({ kept_minor }) => kept_minor);
  return (
    <div className="plots">
      <Plot title={say("days.saved", { sum: saved.sum })} label={say("figure.saved")} columns={saved.columns} most={saved.most} />
      {days.some(({ kept_minor }) => kept_minor !== undefined) && <Plot title={say("days.kept", { sum: kept.sum })} label={say("figure.kept")} columns={kept.columns} most={kept.most} />}
    </div>
  );
}
