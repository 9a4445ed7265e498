// A real shop for a test: the real program, a real database, the simulated register, in a folder of its own.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { furnish, type Past } from "./furnish";

export const ROOT = resolve(import.meta.dirname, "../..");
export const KAVA = process.env["KAVA_BIN"] ?? join(ROOT, "target/debug/kava");
const SCREEN = join(ROOT, "ui/barista/dist");

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

export class Shop {
  private readonly folder = mkdtempSync(join(tmpdir(), "kava-screen-"));
  private register: Running | null = null;
  private counter: Running | null = null;
  /** The address to open, with its token. */
  address = "";

  /** A shop with a past and a counter that runs; `register` is `simulator` or `manual`. */
  static async open(register: "simulator" | "manual" = "simulator", past?: Past): Promise<Shop> {
    const shop = await Shop.furnished(register, past);
    await shop.start();
    return shop;
  }

  /** A shop with a past whose counter somebody else starts. */
  static async furnished(register: "simulator" | "manual" = "simulator", past?: Past): Promise<Shop> {
    const shop = new Shop();
    furnish({ folder: shop.folder, kava: (...words) => shop.kava(...words) }, { printed_card: "full", refund_pin_from_minor: 3000 }, past);
    await shop.plug(register);
    return shop;
  }

  private path(name: string): string {
    return join(this.folder, name);
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
  rungUp(): { kind: string; total_minor: number; body: { payments: { kind: string; minor: number }[]; lines: { mark?: string }[] } }[] {
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
