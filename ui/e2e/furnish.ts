// A small café for tests: its menu, sixty days of receipts, and a guest who comes every other day for the same cup.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The guest's printed card. */
export const REGULAR = "100000000004216";

/** A day so many days ago. */
export const day = (back: number): string => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);

/** Where a counter's files are, and how its program is run there. */
export interface Bare {
  readonly folder: string;
  kava(...words: string[]): string;
}

/** The export of an old till with the mapping that reads it: names of files and their texts. */
export type Past = Record<string, string>;

/** Makes a counter with a past; the policy is added to one in which everybody gets cards, whatever the lot of the
 * holdout says. Gives the policy's file. */
export function furnish({ folder, kava }: Bare, policy: object = {}, past = smallCafe()): string {
  const to = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  for (const [name, text] of Object.entries(past)) to(name, text);
  const written = to("policy.json", JSON.stringify({ holdout: [], ...policy }));
  kava("init", "--policy", written, "--zone", "Europe/Minsk", "--currency", "BYN", "--language", "ru", "--title", "Кофейня");
  kava("import", "--mapping", join(folder, "mapping.toml"), folder);
  return written;
}

/** The small café's files. */
function smallCafe(): Past {
  const from = (name: string) => readFileSync(join(import.meta.dirname, "shop", name), "utf8");
  return {
    "menu.csv": from("menu.csv").replaceAll("DAY", day(2)),
    "mapping.toml": from("mapping.toml"),
    "customers.csv": `customer,since,card\nregular,${day(60)},${REGULAR}\n`,
    "receipts.csv": receipts(),
  };
}

/** Sixty days: what sells, and a guest with a habit. */
function receipts(): string {
  const rows = ["day,number,time,customer,sku,quantity,price,paid,payment"];
  const sold: readonly (readonly [string, string])[] = [
    ["cap-m", "6.90"], ["cap-l", "7.90"], ["lat-m", "7.10"], ["ame-m", "4.20"], ["flat", "6.80"], ["raf", "8.60"],
    ["btl", "4.80"], ["tea-b", "4.30"], ["tea-o", "6.90"], ["cocoa", "5.60"], ["cold", "7.20"], ["cro", "4.50"],
    ["cook", "2.60"], ["syr", "8.90"], ["cake", "9.40"], ["bun", "4.20"], ["esp", "3.80"], ["water", "2.90"],
  ];
  for (let back = 60; back >= 1; back -= 1) {
    sold.forEach(([sku, price], at) => {
      for (let nth = 0; nth <= (at * 7 + back) % 3; nth += 1) {
        const time = `${String(7 + ((at + nth) % 13)).padStart(2, "0")}:${String((at * 3 + nth) % 60).padStart(2, "0")}:00`;
        rows.push(`${day(back)},${at * 10 + nth + 1},${time},,${sku},1,${price},${price},card`);
      }
    });
    if (back % 2 === 0) {
      rows.push(`${day(back)},900,08:15:00,regular,cap-m,1,6.90,6.90,card`);
    }
  }
  return `${rows.join("\n")}\n`;
}
