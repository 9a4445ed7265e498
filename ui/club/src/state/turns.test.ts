import { describe, expect, it } from "vitest";
import { Turns } from "./turns";

/** A talk that ends when it is told to. */
function talk(log: string[], name: string) {
  let end = () => {};
  const begun = async () => {
    log.push(`${name} begins`);
    await new Promise<void>((done) => (end = done));
    log.push(`${name} ends`);
  };
  return { begun, end: () => end() };
}

const breath = () => new Promise((done) => setTimeout(done));

describe("talks with the office", () => {
  it("come one after the other, also after one that failed", async () => {
    const turns = new Turns();
    const log: string[] = [];
    const [one, other] = [talk(log, "one"), talk(log, "other")];
    void turns.take(one.begun);
    const failed = turns.take(() => Promise.reject(new Error("gone")));
    void turns.take(other.begun);
    await breath();
    expect(log).toEqual(["one begins"]);
    one.end();
    await expect(failed).rejects.toThrow("gone");
    await breath();
    expect(log).toEqual(["one begins", "one ends", "other begins"]);
    other.end();
  });

  it("that are alike are shared while they wait; one that has begun is not", async () => {
    const turns = new Turns();
    const log: string[] = [];
    const [one, other, never] = [talk(log, "one"), talk(log, "other"), talk(log, "never")];
    const first = turns.share(one.begun);
    await breath();
    const second = turns.share(other.begun);
    expect(turns.share(never.begun)).toBe(second);
    expect(second).not.toBe(first);
    one.end();
    await breath();
    other.end();
    await second;
    expect(log).toEqual(["one begins", "one ends", "other begins", "other ends"]);
  });
});
