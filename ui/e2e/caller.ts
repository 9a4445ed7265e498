// The counter asked directly, as its screen asks it: for tests in which nobody looks at the screen.
import type { Command, ReceiptShown, Screen, Shelf } from "@kava/contract";
import { randomUUID } from "node:crypto";

export class Caller {
  private readonly origin: string;
  private readonly headers: Record<string, string>;

  /** Of the address that the counter has printed. */
  constructor(address: string) {
    const { origin, searchParams } = new URL(address);
    this.origin = origin;
    this.headers = { authorization: `Bearer ${searchParams.get("token")}`, "content-type": "application/json" };
  }

  private async ask<T>(path: string, init: RequestInit = {}): Promise<T> {
    const answer = await fetch(`${this.origin}${path}`, { headers: this.headers, ...init });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  screen(): Promise<Screen> {
    return this.ask("/api/screen");
  }

  shelf(): Promise<Shelf> {
    return this.ask("/api/shelf");
  }

  receipts(): Promise<ReceiptShown[]> {
    return this.ask("/api/receipts");
  }

  act(command: Command): Promise<Screen> {
    return this.ask("/api/do", { method: "POST", body: JSON.stringify({ id: randomUUID(), ...command }) });
  }

  /** Pays by card what is on the screen. */
  async pay(): Promise<Screen> {
    const { cart } = await this.screen();
    const { visit, net_minor } = cart;
    if (!visit) throw new Error("there is nothing to pay");
    return this.act({ do: "pay", visit, net_minor, pays: [{ kind: "card", minor: net_minor }] });
  }
}
