// This phone: its key, which is made when the guest joins, and how far its clock is from the office's.
import { Refused } from "@kava/door/faults";
import type { Phone } from "../door/http";
import type { Keep } from "../keep/keep";
import { make, type PhoneKey } from "./phone";

export class Handset implements Phone {
  #key: PhoneKey | null = null;
  #ahead = 0;

  constructor(readonly keep: Keep) {}

  /** Reads what is kept. */
  async open(): Promise<void> {
    this.#key = (await this.keep.get("key")) ?? null;
    this.#ahead = (await this.keep.get("ahead")) ?? 0;
  }

  hasKey(): boolean {
    return this.#key !== null;
  }

  /** The key of a phone that has joined. */
  async key(): Promise<PhoneKey> {
    if (this.#key === null) throw new Refused("club_stranger", "this phone has no key");
    return this.#key;
  }

  /** Makes the key and keeps it, where there is none. Only who joins does so: a key that nobody knows signs nothing. */
  async makeKey(): Promise<void> {
    if (this.#key !== null) return;
    this.#key = await make();
    await this.keep.put("key", this.#key);
  }

  aheadMs(): number {
    return this.#ahead;
  }

  /** The office's time, as well as this phone knows it. */
  now(): number {
    return Date.now() + this.#ahead;
  }

  learn(officeTime: string): void {
    const ahead = Date.parse(officeTime) - Date.now();
    if (Number.isNaN(ahead)) return;
    this.#ahead = ahead;
    void this.keep.put("ahead", ahead);
  }

  /** Forgets everything that was kept, the key first. */
  async forget(): Promise<void> {
    this.#key = null;
    await this.keep.forget();
  }
}
