// A real shop for a test: the real program, a real database, the simulated register, in a folder of its own.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
export const ROOT = resolve(HERE, "../..");
export const KAVA = process.env["KAVA_BIN"] ?? join(ROOT, "target/debug/kava");
const SCREEN = join(ROOT, "ui/barista/dist");

/** A guest who comes every other day for the same cup, and their printed card. */
export const REGULAR = "100000000004216";

/** The export of an old till with the mapping that reads it: names of files and their texts. */
export type Past = Record<string, string>;

export interface Running {
  child: ChildProcess;
  line: string;
}

/** Starts a program and waits for its first line. */
export function start(program: string, words: string[]): Promise<Running> {
  const child = spawn(program, words, { stdio: ["pipe", "pipe", "inherit"] });
  return new Promise((done, fail) => {
    let text = "";
    child.stdout?.on("data", (part: Buffer) => {
      text += part.toString();
      if (text.includes("\n")) done({ child, line: text.split("\n")[0] ?? "" });
    });
    child.on("error", fail);
    child.on("exit", (code) => fail(new Error(`${program} ended with ${code}: ${text}`)));
  });
}

/** Ends a program and waits until it is gone. */
export function stop(child: ChildProcess, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((done) => {
    child.on("exit", () => done());
    child.kill(signal);
  });
}

export const day = (back: number): string => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);

export class Shop {
  private readonly folder = mkdtempSync(join(tmpdir(), "kava-screen-"));
  private register: Running | null = null;
  private counter: Running | null = null;
  /** The address to open, with its token. */
  address = "";

  /** A shop with a past and a counter that runs; `register` is `simulator` or `manual`. */
  static async open(register: "simulator" | "manual" = "simulator", past = smallCafe()): Promise<Shop> {
    const shop = await Shop.furnished(register, past);
    await shop.start();
    return shop;
  }

  /** A shop with a past whose counter somebody else starts. */
  static async furnished(register: "simulator" | "manual" = "simulator", past = smallCafe()): Promise<Shop> {
    const shop = new Shop();
    shop.furnish(past);
    await shop.plug(register);
    return shop;
  }

  private path(name: string): string {
    return join(this.folder, name);
  }

  private furnish(past: Past): void {
    for (const [name, text] of Object.entries(past)) writeFileSync(this.path(name), text);
    // Everybody gets cards, whatever the lot of the holdout says.
    writeFileSync(this.path("policy.json"), `{"holdout":[],"printed_card":"full","refund_pin_from_minor":3000}`);
    const init = ["--zone", "Europe/Minsk", "--currency", "BYN", "--language", "ru", "--title", "Кофейня"];
    this.kava("init", "--policy", this.path("policy.json"), ...init);
    this.kava("import", "--mapping", this.path("mapping.toml"), this.folder);
  }

  private async plug(kind: "simulator" | "manual"): Promise<void> {
    let table = `[register]\nkind = "manual"\n`;
    if (kind === "simulator") {
      const program = join(ROOT, "tests/simulators/register.py");
      this.register = await start("python3", [program, "--port", "0", "--journal", this.path("register.jsonl")]);
      const url = `http://${this.register.line.replace("listening on ", "")}`;
      table = `[register]\nkind = "simulator"\nurl = "${url}"\ndeadline_ms = 1500\n`;
    }
    const printer = `[printer]\nkind = "file"\npath = "slips.bin"\nbeside_register = true\n`;
    writeFileSync(this.path("counter.toml"), `${table}\n${printer}`);
  }

  /** Starts the counter. */
  async start(): Promise<void> {
    const words = [...this.words(), "counter", "--listen", "127.0.0.1:0", "--screen", SCREEN];
    this.counter = await start(KAVA, words);
    this.address = this.counter.line.replace("listening on ", "");
  }

  /** Ends the counter; with SIGKILL as a power cut would. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    if (this.counter) await stop(this.counter.child, signal);
    this.counter = null;
  }

  /** Where the counter's files are, as the command line says it. */
  words(): string[] {
    const words = ["--db", this.path("kava.db")];
    return this.register || this.counter ? [...words, "--config", this.path("counter.toml")] : words;
  }

  /** Ends a program of this shop that somebody else has started, as a power cut would. */
  cutPower(program: string): void {
    const line = (pid: string) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8");
      } catch {
        return "";
      }
    };
    const own = readdirSync("/proc").filter((pid) => {
      const words = line(pid).split("\0");
      return words[0]?.endsWith(`/${program}`) && words.some((word) => word.startsWith(this.folder));
    });
    for (const pid of own) process.kill(Number(pid), "SIGKILL");
  }

  /** Runs a command of the real program and gives what it says. */
  kava(...words: string[]): string {
    return execFileSync(KAVA, [...this.words(), ...words], { encoding: "utf8" });
  }

  /** Plans what goes wrong with the register's next answers. */
  async misbehave(...faults: string[]): Promise<void> {
    const url = `http://${this.register?.line.replace("listening on ", "")}/faults`;
    const answer = await fetch(url, { method: "POST", body: JSON.stringify({ next: faults }) });
    if (!answer.ok) throw new Error(`the register refuses ${faults}`);
  }

  /** What the register has rung up, by its own journal. */
  rungUp(): { kind: string; total_minor: number; body: { payments: { kind: string; minor: number }[] } }[] {
    const text = readFileSync(this.path("register.jsonl"), "utf8");
    return text.split("\n").filter(Boolean).map((line) => JSON.parse(line));
  }

  /** Bytes that were printed. */
  printed(): Buffer {
    return readFileSync(this.path("slips.bin"));
  }

  /** Ends everything and takes the folder away. */
  async close(): Promise<void> {
    await this.stop();
    if (this.register) await stop(this.register.child);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The small café's files. */
function smallCafe(): Past {
  return {
    "menu.csv": readFileSync(join(HERE, "shop/menu.csv"), "utf8").replaceAll("DAY", day(2)),
    "mapping.toml": readFileSync(join(HERE, "shop/mapping.toml"), "utf8"),
    "customers.csv": `customer,since,card\nregular,${day(60)},${REGULAR}\n`,
    "receipts.csv": receipts(),
  };
}

/** Sixty days of a small café: what sells, and a guest with a habit. */
export function receipts(): string {
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
