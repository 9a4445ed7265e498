import { Icon, type IconName } from "@kava/parts";
import type { Health } from "../door/answers";
import { useWords } from "./use";

const ICONS: Record<Health, IconName> = { in_order: "check", limited: "warn", silent: "wait", out: "close" };

/** How a counter is, by sign, word and colour. */
export function Badge({ health, count }: { readonly health: Health; readonly count?: number }) {
  const { say } = useWords();
  return (
    <span className={`badge ${health}`}>
      <Icon name={ICONS[health]} />
      {say(`health.${health}`)}
      {count !== undefined && count > 1 && <b>{count}</b>}
    </span>
  );
}
