// The phone's key: made here, never to be taken out. Ed25519 where the browser has it, else P-256.
import { fromHex, join, toHex } from "../code/digits";
import type { Algorithm } from "../code/proof";

/** What a phone signs with. */
export interface PhoneKey {
  readonly algorithm: Algorithm;
  /** Public half, hexadecimal; of P-256 compressed. */
  readonly public: string;
  /** Cannot be exported. */
  readonly secret: CryptoKey;
}

const P256 = { name: "ECDSA", namedCurve: "P-256" } as const;

/** Makes a key. */
export async function make(): Promise<PhoneKey> {
  try {
    const pair = (await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"])) as CryptoKeyPair;
    const raw = await crypto.subtle.exportKey("raw", pair.publicKey);
    return { algorithm: "1", public: toHex(new Uint8Array(raw)), secret: pair.privateKey };
  } catch {
    return makeP256();
  }
}

/** A key for browsers without Ed25519. */
export async function makeP256(): Promise<PhoneKey> {
  const pair = await crypto.subtle.generateKey(P256, false, ["sign", "verify"]);
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  return { algorithm: "2", public: toHex(compressed(raw)), secret: pair.privateKey };
}

/** Of `04 x y` the form `02 x` or `03 x`. */
export function compressed(raw: Uint8Array): Uint8Array {
  const odd = ((raw.at(-1) ?? 0) & 1) === 1;
  return join(Uint8Array.of(odd ? 3 : 2), raw.subarray(1, 33));
}

/** The signature of these bytes, 64 of them. */
export async function sign(key: PhoneKey, message: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  if (key.algorithm === "1") return new Uint8Array(await crypto.subtle.sign("Ed25519", key.secret, message));
  const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key.secret, message);
  return lowS(new Uint8Array(signature));
}

/** Order of P-256. */
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** A signature r ‖ s with the smaller s: the only one that counters take. */
export function lowS(signature: Uint8Array): Uint8Array {
  const s = BigInt(`0x${toHex(signature.subarray(32))}`);
  if (s <= N / 2n) return signature;
  const lower = fromHex((N - s).toString(16).padStart(64, "0"));
  return lower === null ? signature : join(signature.subarray(0, 32), lower);
}

/** The name of a key: the first eight bytes of SHA-256 of algorithm digit and public half, hexadecimal. */
export async function nameOf(key: PhoneKey): Promise<string> {
  const bytes = join(new TextEncoder().encode(key.algorithm), fromHex(key.public) ?? new Uint8Array());
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).subarray(0, 8));
}
