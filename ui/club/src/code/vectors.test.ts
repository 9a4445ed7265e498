// docs/code-vectors.json, reproduced in this language. What is signed here is checked bit for bit with Ed25519; a P-256
// signature may differ and must then verify.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { compressed, lowS, makeP256, nameOf, type PhoneKey, sign } from "../key/phone";
import { bars } from "./bars";
import { encode, fromHex, join, toHex } from "./digits";
import { type Algorithm, cardTag, digits, message, stepAt, weekAt } from "./proof";

interface Vector {
  algorithm: Algorithm;
  at_ms: number;
  card: number;
  digits: string;
  message: string;
  nonce: number;
  pass: string;
  phone_id: string;
  phone_public: string;
  phone_secret: string;
  signature: string;
  step: number;
}

const vectors = JSON.parse(readFileSync(resolve(import.meta.dirname, "../../../../docs/code-vectors.json"), "utf8")) as Record<string, unknown>;
const codes = vectors["codes"] as Vector[];
const bytes = (hex: string) => fromHex(hex) ?? new Uint8Array();

/** The vector's key as a browser would have it. */
async function keyOf(vector: Vector): Promise<PhoneKey> {
  const plain = { algorithm: vector.algorithm, public: vector.phone_public };
  if (vector.algorithm === "1") {
    // RFC 8410: the PKCS#8 form of an Ed25519 secret is a fixed head and the 32 bytes.
    const pkcs8 = join(bytes("302e020100300506032b657004220420"), bytes(vector.phone_secret));
    return { ...plain, secret: await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", false, ["sign"]) };
  }
  // RFC 5915 inside PKCS#8, without the public half.
  const head = "3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420";
  const pkcs8 = join(bytes(head), bytes(vector.phone_secret));
  return { ...plain, secret: await crypto.subtle.importKey("pkcs8", pkcs8, { name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]) };
}

describe("the vectors of docs/code-vectors.json", () => {
  it("have codes of both algorithms", () => {
    expect(new Set(codes.map(({ algorithm }) => algorithm))).toEqual(new Set(["1", "2"]));
    expect(codes.length).toBeGreaterThanOrEqual(4);
  });

  it.each(codes.map((vector, at) => [`${at}, algorithm ${vector.algorithm}`, vector] as const))("give the code %s", async (_name, vector) => {
    const key = await keyOf(vector);
    const pass = bytes(vector.pass);
    const proof = { step: stepAt(vector.at_ms), nonce: vector.nonce, card: vector.card };
    expect(proof.step).toBe(vector.step);
    expect(await nameOf(key)).toBe(vector.phone_id);
    const said = message(vector.algorithm, pass, proof);
    expect(toHex(said)).toBe(vector.message);
    expect(digits(vector.algorithm, pass, proof, bytes(vector.signature))).toBe(vector.digits);
    if (vector.algorithm === "1") expect(toHex(await sign(key, said))).toBe(vector.signature);
    else expect(lowS(bytes(vector.signature))).toEqual(bytes(vector.signature));
  });

  it("give the digits of bytes", () => {
    const table = vectors["digits"] as { bytes: string; digits: string }[];
    expect(table.length).toBeGreaterThan(0);
    for (const { bytes: hex, digits: expected } of table) expect(encode(bytes(hex)), hex).toBe(expected);
  });
});

describe("a code", () => {
  it("names its card by four bytes that are never zero", async () => {
    const tags = vectors["tags"] as Record<string, number>;
    expect(await cardTag("v0123456789abcdef.next")).toBe(tags["card v0123456789abcdef.next"]);
  });

  it("of P-256 has the lower s, whatever the browser gave", async () => {
    const key = await makeP256();
    const half = 0x7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8n;
    for (let nth = 0; nth < 16; nth += 1) {
      const signature = await sign(key, new Uint8Array([nth]));
      expect(BigInt(`0x${toHex(signature.subarray(32))}`) <= half).toBe(true);
    }
    expect(key.public).toMatch(/^0[23][0-9a-f]{64}$/);
    expect(compressed(Uint8Array.of(4, ...Array.from({ length: 63 }, () => 7), 8))[0]).toBe(2);
  });

  it("belongs to a week that begins on Monday, UTC", () => {
    expect(weekAt(Date.UTC(2026, 10, 22, 23, 59))).toBe(2968);
    expect(weekAt(Date.UTC(2026, 10, 23))).toBe(2969);
  });

  it("as bars begins with start C and ends with stop", () => {
    const { width, bars: drawn } = bars("3121234567812345678901".slice(0, 22));
    // Start, eleven pairs and check are eleven modules each, the stop is thirteen.
    expect(width).toBe(13 * 11 + 13);
    expect(drawn.slice(0, 3)).toEqual([[0, 2], [3, 1], [6, 3]]);
  });
});
