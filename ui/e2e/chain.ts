// A real chain for a test: the real office, a real counter, both in a folder of their own. Either can be taken away.
import { execFileSync, type ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { furnish, type Past } from "./furnish";
import { KAVA, ROOT, type Running, start, stop } from "./shop";

const SYNC = process.env["KAVA_SYNC_BIN"] ?? join(dirname(KAVA), "kava-sync");
export const APP = join(ROOT, "ui/club/dist");
export const CONSOLE = join(ROOT, "ui/office/dist");

/** An answer of a counter, as docs/interfaces.md says. */
export interface Answer {
  error?: { code: string; message: string };
  visit: string;
  customer: { id: string; consent: string[] } | null;
  offers: { id: string; depth_bp: number }[];
  wanted: string | null;
  offer: string | null;
  net_minor: number;
  discount_minor: number;
  saved_minor: number;
  receipt: string;
  status: string;
}

export class Chain {
  private readonly folder = mkdtempSync(join(tmpdir(), "kava-chain-"));
  private office: Running | null = null;
  private port = 0;
  private counter: { child: ChildProcess; lines: Interface } | null = null;
  /** Where the guests' app is. */
  address = "";
  /** Where the console is. */
  console = "";

  /** The office, as a counter asks it. */
  get officeUrl(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** An office with a menu, and a counter that is enrolled there. */
  static async open(): Promise<Chain> {
    const chain = new Chain();
    chain.sync("init", "--title", "Кофейня на Немиге");
    await chain.startOffice();
    const policy = furnish({ folder: chain.folder, kava: (...words) => chain.kava(...words) });
    const { code } = JSON.parse(chain.sync("enrol-code")) as { code: string };
    chain.kava("enrol", "--office", chain.officeUrl, code);
    writeFileSync(chain.path("menu.json"), chain.kava("menu"));
    chain.sync("publish", "menu", chain.path("menu.json"));
    chain.sync("publish", "policy", policy);
    chain.fetchNews();
    return chain;
  }

  /** A counter with a past that is enrolled at an office which has a menu already, and has sent its policy there. */
  async addCounter(policy: object, past: Past): Promise<void> {
    const written = furnish({ folder: this.folder, kava: (...words) => this.kava(...words) }, policy, past);
    const { code } = JSON.parse(this.sync("enrol-code")) as { code: string };
    this.kava("enrol", "--office", this.officeUrl, code);
    this.sync("publish", "policy", written);
    this.fetchNews();
  }

  /** An office alone. */
  static async openOffice(): Promise<Chain> {
    const chain = new Chain();
    chain.sync("init", "--title", "Кофейня на Немиге");
    await chain.startOffice();
    return chain;
  }

  /** Where a file of this name is, or will be. */
  path(name: string): string {
    return join(this.folder, name);
  }

  /** Runs a command of the counter's program. */
  kava(...words: string[]): string {
    return execFileSync(KAVA, ["--db", this.path("kava.db"), "--json", ...words], { encoding: "utf8" });
  }

  /** Runs a command of the office's program. */
  sync(...words: string[]): string {
    return execFileSync(SYNC, ["--db", this.path("office.db"), "--json", ...words], { encoding: "utf8" });
  }

  /** A one-time link with which the owner comes in. */
  invite(): string {
    return (JSON.parse(this.sync("admin", "link", "--at", new URL(this.console).origin)) as { link: string }).link;
  }

  /** Starts the office, always at the same address. */
  async startOffice(app = APP): Promise<void> {
    const words = ["--db", this.path("office.db"), "serve", "--listen", `127.0.0.1:${this.port}`, "--club", app, "--console", CONSOLE];
    this.office = await start(SYNC, words);
    this.port = Number(this.office.line.split(":").at(-1));
    this.address = `http://127.0.0.1:${this.port}/club/`;
    this.console = `http://127.0.0.1:${this.port}/office/`;
  }

  async stopOffice(): Promise<void> {
    if (this.office) await stop(this.office.child, "SIGKILL");
    this.office = null;
  }

  /** The counter tells what waits and hears what is new, once. */
  fetchNews(): void {
    this.kava("sync");
  }

  /** The counter that sells, by JSON lines. */
  async openCounter(): Promise<void> {
    const child = spawn(KAVA, ["--db", this.path("kava.db"), "counter", "--json-lines"], { stdio: ["pipe", "pipe", "ignore"] });
    this.counter = { child, lines: createInterface({ input: child.stdout }) };
    await this.ask({ do: "open_shift" });
  }

  async closeCounter(): Promise<void> {
    if (!this.counter) return;
    const { child } = this.counter;
    this.counter = null;
    await new Promise((done) => {
      child.on("exit", done);
      child.stdin?.end();
    });
  }

  /** One question to the counter. */
  ask(request: object): Promise<Answer> {
    const { child, lines } = this.counter ?? {};
    if (!child || !lines) throw new Error("no counter is open");
    const answer = new Promise<Answer>((done) => lines.once("line", (line) => done(JSON.parse(line) as Answer)));
    child.stdin?.write(`${JSON.stringify(request)}\n`);
    return answer;
  }

  /** A visit from code to receipt. */
  async sell(code: string, sku: string): Promise<{ greeted: Answer; quoted: Answer; settled: Answer }> {
    const greeted = await this.ask({ do: "greet", code });
    if (greeted.error) throw new Error(`${greeted.error.code}: ${greeted.error.message}`);
    const { visit } = greeted;
    const quoted = await this.ask({ do: "quote", visit, basket: [{ sku, qty: 1 }], offer: "best" });
    const settled = await this.ask({ do: "settle", visit, pay: "card" });
    return { greeted, quoted, settled };
  }

  /** Every byte that the office keeps. */
  kept(): string {
    const read = (name: string) => {
      try {
        return readFileSync(this.path(name)).toString("utf8");
      } catch {
        return "";
      }
    };
    return ["office.db", "office.db-wal"].map(read).join("");
  }

  async close(): Promise<void> {
    await this.closeCounter();
    await this.stopOffice();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
