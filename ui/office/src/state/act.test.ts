// What the console does with an office and a browser, both of this process.
import { OfficeGone, Refused } from "@kava/door/faults";
import { describe, expect, it } from "vitest";
import { answers, session as owner } from "../dev/examples";
import type { Door } from "../door/door";
import { fakeDoor } from "../door/fake";
import { arrive, enter, login, logout, open } from "./act";
import { launch, typeCampaign, writeCampaign } from "./campaigns";
import { fetchPapers, maySee } from "./papers";
import type { Surroundings } from "./place";
import { changePassword, confirmSecond as confirmSecond_, offerSecond } from "./self";
import { makeStore } from "./store";

function console_(over: Partial<Door> = {}, address = { path: "/office/", hash: "" }) {
  const asked: string[] = [];
  const door = { ...fakeDoor(answers), ...over };
  const heard = Object.fromEntries(
    Object.entries(door).map(([name, ask]) => [name, (...words: never[]) => {
      asked.push(name);
      return (ask as (...words: never[]) => unknown)(...words);
    }]),
  ) as unknown as Door;
  const kept = new Map<string, string>([["language", "ru"]]);
  const browser: Surroundings & { tidied: boolean } = {
    ...address,
    tidied: false,
    goTo: () => {},
    tidy() {
      browser.tidied = true;
    },
    recall: (name) => kept.get(name) ?? null,
    remember: (name, value) => void kept.set(name, value),
  };
  const store = makeStore({ door: heard, browser });
  return { store, asked, browser, kept };
}

const stranger = () => Promise.reject(new Refused("desk_stranger", "who are you"));

describe("somebody before the console", () => {
  it("with a session is in, at the screen of the address", async () => {
    const { store, asked } = console_({}, { path: "/office/counters", hash: "" });
    await store.dispatch(open());
    expect(store.getState().session.phase).toBe("clerk");
    expect(asked).toEqual(["session", "counters", "alarms"]);
    expect(store.getState().desk.counters.value).toEqual(answers.counters);
  });

  it("without one is asked who they are, and nothing is said of a mistake", async () => {
    const { store } = console_({ session: stranger });
    await store.dispatch(open());
    expect(store.getState().session).toMatchObject({ phase: "stranger", fault: null });
  });

  it("is told where the office is gone", async () => {
    const { store } = console_({ session: () => Promise.reject(new OfficeGone("session")) });
    await store.dispatch(open());
    expect(store.getState().session).toMatchObject({ phase: "stranger", fault: "gone" });
  });

  it("with a one-time link chooses a password, and the link does not stay in the address", async () => {
    const codes: string[] = [];
    const { store, browser } = console_({ enter: (code) => (codes.push(code), Promise.resolve(owner)) }, { path: "/office/", hash: "#enter=K7QM" });
    await store.dispatch(open());
    expect(browser.tidied).toBe(true);
    expect(store.getState().session).toMatchObject({ phase: "invited", invited: answers.invited });
    await store.dispatch(enter("correct horse battery"));
    expect(codes).toEqual(["K7QM"]);
    expect(store.getState().session).toMatchObject({ phase: "clerk", code: "" });
  });

  it("is asked for a second device where the office wants one", async () => {
    const login_: Door["login"] = (_name, _password, second) => (second === "123456" ? Promise.resolve(owner) : Promise.reject(new Refused("desk_second", "digits")));
    const { store } = console_({ session: stranger, login: login_ });
    await store.dispatch(open());
    await store.dispatch(login({ name: "a", password: "b", second: "" }));
    expect(store.getState().session).toMatchObject({ phase: "stranger", second: true, fault: null, busy: false });
    await store.dispatch(login({ name: "a", password: "b", second: "123456" }));
    expect(store.getState().session.phase).toBe("clerk");
  });

  it("leaves nothing on the desk when they go", async () => {
    const { store } = console_();
    await store.dispatch(open());
    expect(store.getState().desk.overview.value).toEqual(answers.overview);
    await store.dispatch(logout());
    expect(store.getState().desk.overview.value).toBeNull();
  });

  it("whose session is over signs in again, and nothing stays on the desk", async () => {
    let over = false;
    const { store } = console_({ overview: () => (over ? stranger() : Promise.resolve(answers.overview)) });
    await store.dispatch(open());
    over = true;
    await store.dispatch(fetchPapers());
    expect(store.getState().session).toMatchObject({ phase: "stranger", fault: "desk_stranger" });
    expect(store.getState().desk.overview.value).toBeNull();
  });
});

describe("a role without a right", () => {
  it("that types the address asks the office for nothing", async () => {
    const session = { ...owner, may: ["counters"] as const };
    const { store, asked } = console_({ session: () => Promise.resolve(session) }, { path: "/office/clerks", hash: "" });
    await store.dispatch(open());
    expect(asked).toEqual(["session"]);
    expect(maySee(session.may, "clerks")).toBe(false);
    expect(maySee(session.may, "overview")).toBe(true);
  });

  it("gets the campaigns without the menu that it may not see", async () => {
    const { store, asked } = console_({ session: () => Promise.resolve({ ...owner, may: ["campaigns"] }) }, { path: "/office/campaigns", hash: "" });
    await store.dispatch(open());
    expect(asked).toEqual(["session", "campaigns"]);
  });
});

describe("an office that restarts", () => {
  it("leaves what came before to be read, and says so", async () => {
    let gone = false;
    const { store } = console_({ overview: () => (gone ? Promise.reject(new OfficeGone("overview")) : Promise.resolve(answers.overview)) });
    await store.dispatch(open());
    gone = true;
    await store.dispatch(fetchPapers());
    expect(store.getState().desk.overview).toMatchObject({ value: answers.overview, fault: "gone" });
    gone = false;
    await store.dispatch(fetchPapers());
    expect(store.getState().desk.overview.fault).toBeNull();
  });

  it("loses nothing of a campaign that is being written, and the same one is sent again", async () => {
    const sent: string[] = [];
    let gone = true;
    const { store, kept } = console_({
      launch: ({ id }) => {
        sent.push(id);
        return gone ? Promise.reject(new OfficeGone("campaigns")) : Promise.resolve();
      },
    });
    await store.dispatch(open());
    await store.dispatch(writeCampaign());
    await store.dispatch(typeCampaign({ title: "Больше кофе", depth: "10", money: "100", uses: "10" }));
    await store.dispatch(launch());
    expect(store.getState().session.fault).toBe("gone");
    expect(JSON.parse(kept.get("draft") ?? "")).toMatchObject({ title: "Больше кофе" });
    gone = false;
    await store.dispatch(writeCampaign());
    await store.dispatch(launch());
    expect(sent).toHaveLength(2);
    expect(new Set(sent).size).toBe(1);
    expect(store.getState().draft.draft).toBeNull();
  });
});

describe("a campaign of which the answer was lost", () => {
  it("is there when it is sent again", async () => {
    const { store } = console_({ launch: () => Promise.reject(new Refused("desk_taken", "there is one already")) });
    await store.dispatch(open());
    await store.dispatch(writeCampaign());
    await store.dispatch(typeCampaign({ title: "Больше кофе", depth: "10", money: "100", uses: "10" }));
    await store.dispatch(launch());
    expect(store.getState().session.fault).toBeNull();
    expect(store.getState().draft.draft).toBeNull();
  });
});

describe("one's own way in", () => {
  it("has a second device from its first digits on", async () => {
    let second = false;
    const confirmSecond: Door["confirmSecond"] = (digits) => {
      if (digits !== "123456") return Promise.reject(new Refused("desk_login", "wrong"));
      second = true;
      return Promise.resolve();
    };
    const { store } = console_({ confirmSecond, session: () => Promise.resolve({ ...owner, second }) });
    await store.dispatch(open());
    expect((await store.dispatch(offerSecond()).unwrap())?.secret).toMatch(/^[A-Z2-7]+$/);
    expect(await store.dispatch(confirmSecond_("000000")).unwrap()).toBe(false);
    expect(store.getState().session).toMatchObject({ fault: "desk_login", clerk: { second: false } });
    expect(await store.dispatch(confirmSecond_("123456")).unwrap()).toBe(true);
    expect(store.getState().session).toMatchObject({ fault: null, clerk: { second: true } });
  });

  it("has another password only where the old one was right", async () => {
    const password: Door["password"] = (old) => (old === "right" ? Promise.resolve(owner) : Promise.reject(new Refused("desk_login", "wrong")));
    const { store } = console_({ password });
    await store.dispatch(open());
    expect(await store.dispatch(changePassword({ old: "wrong", fresh: "a b c d e f" })).unwrap()).toBe(false);
    expect(store.getState().session).toMatchObject({ phase: "clerk", fault: "desk_login" });
    expect(await store.dispatch(changePassword({ old: "right", fresh: "a b c d e f" })).unwrap()).toBe(true);
  });
});

describe("a receipt", () => {
  it("of another number is not shown under this one", async () => {
    const receipt = { ...answers.receipt };
    const { store } = console_({ receipt: (id) => (id === receipt.receipt ? Promise.resolve(receipt) : Promise.reject(new Refused("unknown", "none"))) });
    await store.dispatch(open());
    await store.dispatch(arrive({ screen: "receipts", of: receipt.receipt }));
    expect(store.getState().desk.receipt.value).toEqual(receipt);
    await store.dispatch(arrive({ screen: "receipts", of: "another" }));
    expect(store.getState().desk.receipt).toMatchObject({ value: null, fault: "unknown" });
  });
});
