import { describe, expect, it } from "vitest";
import { httpDoor, UNASKED } from "./http";
import { tableOf } from "./tables";

/** A door to an office that answers always the same, and what it was asked. */
function door(status: number, body: string, headers: Readonly<Record<string, string>> = {}) {
  const asked: { readonly path: string; readonly init: RequestInit }[] = [];
  const fetcher = (path: RequestInfo | URL, init: RequestInit = {}) => {
    asked.push({ path: String(path), init });
    return Promise.resolve(new Response(body, { status }));
  };
  return { open: httpDoor(headers, fetcher), asked };
}

const wrong = (code: string) => JSON.stringify({ error: { code, message: "no" } });

describe("the door to the office", () => {
  it("says of what nobody asked by hand that nobody did", async () => {
    const { open, asked } = door(200, "{}", UNASKED);
    await open.overview();
    await open.logout();
    for (const { init } of asked) expect(init.headers).toMatchObject({ "kava-unasked": "1" });
    expect(asked[1]?.init).toMatchObject({ method: "POST", headers: { "content-type": "application/json" } });
    const byHand = door(200, "{}");
    await byHand.open.overview();
    expect(byHand.asked[0]?.init.headers).toEqual({});
  });

  it.each([
    [503, wrong("ledger_busy"), { name: "OfficeGone", code: "ledger_busy" }],
    [502, "<html>", { name: "OfficeGone", code: "gone" }],
    [200, "a page of a network that wants a password", { name: "OfficeGone", code: "gone" }],
    [429, wrong("too_many_tries"), { name: "Refused", code: "too_many_tries" }],
    [401, wrong("desk_stranger"), { name: "Refused", code: "desk_stranger" }],
  ])("takes %i %s for what it is", async (status, body, expected) => {
    await expect(door(status, body).open.overview()).rejects.toMatchObject(expected);
  });

  it("says of receipts what is wanted, and nothing that is not", async () => {
    const { open, asked } = door(200, "{}");
    await open.receipts({ shop: "", counter: "", day: "", before: "" });
    await open.receipts({ shop: "А&1", counter: "", day: "2026-11-25", before: "01a2" });
    expect(asked.map(({ path }) => path)).toEqual(["/office/api/receipts", "/office/api/receipts?shop=%D0%90%261&day=2026-11-25&before=01a2"]);
  });

  it("puts names into addresses as they are written there", async () => {
    const { open, asked } = door(200, "{}");
    await open.revoke("А/Б");
    expect(asked[0]?.path).toBe("/office/api/clerks/%D0%90%2F%D0%91/revoke");
  });
});

describe("a table that the browser fetches", () => {
  it("is at an address that says which, and nothing that is empty", () => {
    expect(tableOf("menu")).toBe("/office/api/menu/export");
    expect(tableOf("receipts", { from: "2026-11-25", until: "2026-11-25", shop: "", counter: "2" })).toBe("/office/api/receipts/export?from=2026-11-25&until=2026-11-25&counter=2");
  });
});
