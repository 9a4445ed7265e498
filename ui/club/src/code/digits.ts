// Bytes as digits, as docs/code.md says: groups of seven bytes are seventeen digits each.

const GROUP = 7;
const REST = [0, 3, 5, 8, 10, 13, 15, 17] as const;

/** The bytes as decimal digits. */
export function encode(bytes: Uint8Array): string {
  let digits = "";
  for (let from = 0; from < bytes.length; from += GROUP) {
    const group = bytes.subarray(from, from + GROUP);
    let number = 0n;
    for (const byte of group) number = (number << 8n) | BigInt(byte);
    digits += number.toString().padStart(REST[group.length] ?? 17, "0");
  }
  return digits;
}

/** Hexadecimal digits as bytes; nothing where they are none. */
export function fromHex(hex: string): Uint8Array<ArrayBuffer> | null {
  if (hex.length % 2 !== 0 || !/^[0-9a-f]*$/.test(hex)) return null;
  return Uint8Array.from({ length: hex.length / 2 }, (_, at) => Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16));
}

/** Bytes as hexadecimal digits. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Bytes one after the other. */
export function join(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A number in four bytes, the largest first. */
export function four(number: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, number);
  return bytes;
}
