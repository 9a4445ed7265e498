import { describe, expect, it } from "vitest";
import { codeOf, pathOf, placeOf, SCREENS } from "./place";

describe("a place", () => {
  it("has an address that leads back to it", () => {
    for (const screen of SCREENS) {
      for (const of of ["", "01a21201-4cbd", "a/b %"]) expect(placeOf(pathOf({ screen, of })), screen).toEqual({ screen, of });
    }
    expect(pathOf({ screen: "overview", of: "" })).toBe("/office/");
  });

  it("that nobody knows is the overview", () => {
    expect(placeOf("/office/nowhere")).toEqual({ screen: "overview", of: "" });
    expect(placeOf("/office/receipts/%E0%A4")).toEqual({ screen: "receipts", of: "" });
  });

  it("gives the code of a one-time link, and only that", () => {
    expect(codeOf("#enter=K7QM-2XWD")).toBe("K7QM-2XWD");
    expect(codeOf("#")).toBeNull();
    expect(codeOf("")).toBeNull();
  });
});
