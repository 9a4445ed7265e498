// The full code: what the office has signed, and what the phone signs beside it for every step of fifteen seconds.
import { encode, four, join } from "./digits";

export type Algorithm = "1" | "2";

/** Length of a step. */
export const STEP_MS = 15_000;

export interface Proof {
  /** Steps of fifteen seconds since 1970. */
  readonly step: number;
  /** Drawn anew for every code. */
  readonly nonce: number;
  /** Tag of the chosen card, 0 for none. */
  readonly card: number;
}

/** The step at an instant. */
export function stepAt(at: number): number {
  return Math.floor(at / STEP_MS);
}

/** Milliseconds until the next step. */
export function leftOf(now: number): number {
  return STEP_MS - (now % STEP_MS);
}

const text = (words: string) => new TextEncoder().encode(words);

/** What the phone signs. */
export function message(algorithm: Algorithm, pass: Uint8Array, proof: Proof): Uint8Array<ArrayBuffer> {
  return join(text(`kava code 2${algorithm}`), pass, numbers(proof));
}

/** The digits of the whole code. */
export function digits(algorithm: Algorithm, pass: Uint8Array, proof: Proof, signature: Uint8Array): string {
  return `2${algorithm}${encode(join(pass, numbers(proof), signature))}`;
}

function numbers({ step, nonce, card }: Proof): Uint8Array {
  return join(four(step), four(nonce), four(card));
}

/** The first four bytes of SHA-256 of `kava card`, a zero byte and the id; never 0. */
export async function cardTag(id: string): Promise<number> {
  const hash = await crypto.subtle.digest("SHA-256", text(`kava card\0${id}`));
  return new DataView(hash).getUint32(0) || 1;
}

/** The week since 1970, from Monday, UTC. */
export function weekAt(at: number): number {
  return Math.floor((Math.floor(at / 86_400_000) + 3) / 7);
}
