import { describe, expect, it } from "vitest";
import type { Event, Profile } from "../door/answers";
import { type Errand, merge, stillTyped, withErrand, without } from "./errands";

const plain: Profile = { name: "Аня", birthday: "", phone: "", email: "", language: "ru" };

describe("two edits of one profile", () => {
  it("are joined where they change different fields", () => {
    const { profile, clashes } = merge(plain, { ...plain, name: "Анна" }, { ...plain, birthday: "1990-05-01" });
    expect(profile).toEqual({ ...plain, name: "Анна", birthday: "1990-05-01" });
    expect(clashes).toEqual([]);
  });

  it("are shown where they differ in one field, and nothing is overwritten meanwhile", () => {
    const { profile, clashes } = merge(plain, { ...plain, name: "Анна" }, { ...plain, name: "Ганна" });
    expect(profile.name).toBe("Ганна");
    expect(clashes).toEqual([{ field: "name", mine: "Анна", theirs: "Ганна" }]);
  });

  it("that say the same are one", () => {
    const same = { ...plain, phone: "+375291234567" };
    expect(merge(plain, same, same)).toEqual({ profile: same, clashes: [] });
  });
});

describe("errands", () => {
  it("of an edit become one that begins where the first began", () => {
    const first: Errand = { kind: "edit", from: plain, to: { ...plain, name: "А" } };
    const second: Errand = { kind: "edit", from: first.to, to: { ...plain, name: "Б" } };
    expect(withErrand([first], second)).toEqual([{ kind: "edit", from: plain, to: second.to }]);
  });

  it("that are done go; an edit that was made meanwhile begins where the one that was sent ended", () => {
    const sent: Errand = { kind: "edit", from: plain, to: { ...plain, name: "А" } };
    const meanwhile: Errand = { ...sent, to: { ...plain, name: "Б" } };
    const answer: Errand = { kind: "answer", answers: [] };
    expect(without([sent, answer], [sent])).toEqual([answer]);
    expect(without([answer, meanwhile], [sent])).toEqual([answer, { kind: "edit", from: sent.to, to: meanwhile.to }]);
    expect(without([answer, meanwhile], [answer])).toEqual([meanwhile]);
  });

  it("of events stay few: the oldest is given up", () => {
    const tell = (number: number): Errand => ({ kind: "tell", event: { number, at: "", kind: "screen", of: "code" } satisfies Event });
    let errands: Errand[] = [{ kind: "answer", answers: [] }];
    for (let number = 0; number < 300; number += 1) errands = withErrand(errands, tell(number));
    expect(errands).toHaveLength(201);
    expect(errands[0]?.kind).toBe("answer");
    expect(errands[1]).toEqual(tell(100));
  });
});

describe("what the guest types on while an edit is sent", () => {
  it("stays; what was sent is the profile's", () => {
    expect(stillTyped({ name: "Анна", phone: "+3752" }, { name: "Анна" })).toEqual({ phone: "+3752" });
    expect(stillTyped({ name: "Анна М" }, { name: "Анна" })).toEqual({ name: "Анна М" });
  });
});
