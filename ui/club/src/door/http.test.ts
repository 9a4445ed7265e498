import { OfficeGone, Refused } from "@kava/door/faults";
import { describe, expect, it } from "vitest";
import { passing } from "../keep/keep";
import { Handset } from "../key/handset";
import { httpDoor } from "./http";

async function door(...answers: readonly (Response | Error)[]) {
  const handset = new Handset(passing());
  await handset.makeKey();
  const asked: string[] = [];
  const left = [...answers];
  const fetcher: typeof fetch = (path) => {
    asked.push(String(path));
    const next = left.shift() ?? new Error("nobody answers");
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  };
  return { door: httpDoor(handset, fetcher), handset, asked };
}

const page = () => new Response("<html>Welcome to our network</html>", { status: 200 });

describe("the door of a phone", () => {
  it.each(["home", "erase", "answers", "takeAlong", "transfer"] as const)("takes an answer that is no office's for none: %s", async (ask) => {
    const { door: open } = await door(page());
    await expect(open[ask]()).rejects.toBeInstanceOf(OfficeGone);
  });

  it("takes a home that is none for none", async () => {
    const { door: open } = await door(new Response("{}"));
    await expect(open.home()).rejects.toBeInstanceOf(OfficeGone);
  });

  it("tells a refusal from an office that is gone", async () => {
    const refused = new Response(JSON.stringify({ error: { code: "club_field", message: "no" } }), { status: 400 });
    const broken = new Response(JSON.stringify({ error: { code: "ledger_busy", message: "wait" } }), { status: 503 });
    const { door: open } = await door(refused, broken, new Error("no network"));
    await expect(open.transfer()).rejects.toEqual(new Refused("club_field", "no"));
    await expect(open.transfer()).rejects.toMatchObject({ name: "OfficeGone", code: "ledger_busy" });
    await expect(open.transfer()).rejects.toBeInstanceOf(OfficeGone);
  });

  it("learns the office's time once, and asks again", async () => {
    const late = () => new Response(JSON.stringify({ error: { code: "signature_time", message: "late" }, office_time: "2030-01-01T00:00:00.000Z" }), { status: 401 });
    const { door: open, handset, asked } = await door(late(), new Response(JSON.stringify({ code: "A", expires: "" })));
    await open.transfer();
    expect(asked).toHaveLength(2);
    expect(Math.abs(handset.now() - Date.UTC(2030, 0, 1))).toBeLessThan(60_000);
    const { door: never } = await door(late(), late());
    await expect(never.transfer()).rejects.toMatchObject({ code: "signature_time" });
  });
});
