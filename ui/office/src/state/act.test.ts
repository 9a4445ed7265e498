// Who sits before the console, with an office and a browser of this process.
import { OfficeGone, Refused } from "@kava/door/faults";
import { describe, expect, it } from "vitest";
import { answers, session as owner } from "../dev/examples";
import { takeSeat } from "../dev/seat";
import type { Door } from "../door/door";
import { arrive, attend, enter, login, logout, open } from "./act";
import { fetchPapers, maySee } from "./papers";
import { changePassword, confirmSecond as confirmSecond_, offerSecond } from "./self";

const LINK = { path: "/office/", hash: "#enter=K7QM" };
const stranger = () => Promise.reject(new Refused("desk_stranger", "who are you"));

describe("somebody before the console", () => {
  it("with a session is in, at the screen of the address", async () => {
    const { store, asked } = takeSeat({}, { path: "/office/counters", hash: "" });
    await store.dispatch(open());
    expect(store.getState().session.phase).toBe("clerk");
    expect(asked).toEqual(["session", "counters", "alarms"]);
    expect(store.getState().desk.counters.value).toEqual(answers.counters);
  });

  it("without one is asked who they are, and nothing is said of a mistake", async () => {
    const { store } = takeSeat({ session: stranger });
    await store.dispatch(open());
    expect(store.getState().session).toMatchObject({ phase: "stranger", fault: null });
  });

  it("is told where the office is gone, and is let in as soon as it is back", async () => {
    let gone = true;
    const { store } = takeSeat({ session: () => (gone ? Promise.reject(new OfficeGone("session")) : Promise.resolve(owner)) });
    await store.dispatch(open());
    expect(store.getState().session).toMatchObject({ phase: "gone", fault: null });
    await store.dispatch(attend("clock"));
    expect(store.getState().session.phase).toBe("gone");
    gone = false;
    await store.dispatch(attend("clock"));
    expect(store.getState()).toMatchObject({ session: { phase: "clerk" }, desk: { overview: { value: answers.overview } } });
  });

  it("with a one-time link chooses a password, and the link does not stay in the address", async () => {
    const codes: string[] = [];
    const { store, browser, asked } = takeSeat({ enter: (code) => (codes.push(code), Promise.resolve(owner)) }, LINK);
    await store.dispatch(open());
    expect(browser.hash).toBe("");
    expect(store.getState().session).toMatchObject({ phase: "invited", invited: answers.invited });
    expect(asked).toEqual(["link"]);
    await store.dispatch(enter("correct horse battery"));
    expect(codes).toEqual(["K7QM"]);
    expect(store.getState().session).toMatchObject({ phase: "clerk", code: "" });
  });

  it("keeps the link in the address until the office has said whose it is", async () => {
    let gone = true;
    const { store, browser } = takeSeat({ link: () => (gone ? Promise.reject(new OfficeGone("link")) : Promise.resolve(answers.invited)) }, LINK);
    await store.dispatch(open());
    expect(store.getState().session.phase).toBe("gone");
    expect(browser.hash).toBe(LINK.hash);
    gone = false;
    await store.dispatch(attend("clock"));
    expect(store.getState().session.phase).toBe("invited");
    expect(browser.hash).toBe("");
  });

  it("with a link of no use is told so, and keeps one that was only asked about too often", async () => {
    const spent = takeSeat({ link: () => Promise.reject(new Refused("desk_link", "used")), session: stranger }, LINK);
    await spent.store.dispatch(open());
    expect(spent.store.getState().session).toMatchObject({ phase: "stranger", fault: "desk_link" });
    expect(spent.browser.hash).toBe("");
    const hasty = takeSeat({ link: () => Promise.reject(new Refused("too_many_tries", "wait")), session: stranger }, LINK);
    await hasty.store.dispatch(open());
    expect(hasty.store.getState().session).toMatchObject({ phase: "stranger", fault: "too_many_tries" });
    expect(hasty.browser.hash).toBe(LINK.hash);
  });

  it("is not shown out by a link of no use that they follow while signed in", async () => {
    const { store, browser } = takeSeat({ link: () => Promise.reject(new Refused("desk_link", "used")) });
    await store.dispatch(open());
    browser.hash = LINK.hash;
    await store.dispatch(open());
    expect(store.getState().session).toMatchObject({ phase: "clerk", stays: "desk_link" });
    await store.dispatch(attend("clock"));
    expect(store.getState().session.stays).toBe("desk_link");
    await store.dispatch(arrive({ screen: "counters", of: "" }));
    expect(store.getState().session).toMatchObject({ phase: "clerk", stays: null });
  });

  it("leaves the desk to whoever follows a link of their own in an open console", async () => {
    const { store, browser } = takeSeat();
    await store.dispatch(open());
    expect(store.getState().desk.overview.value).not.toBeNull();
    browser.hash = LINK.hash;
    await store.dispatch(open());
    expect(store.getState()).toMatchObject({ session: { phase: "invited", clerk: null, code: "K7QM" }, desk: { overview: { value: null } } });
    await store.dispatch(attend("clock"));
    expect(store.getState().desk.overview.value).toBeNull();
  });

  it("is asked for a second device where the office wants one", async () => {
    const login_: Door["login"] = (_name, _password, second) => (second === "123456" ? Promise.resolve(owner) : Promise.reject(new Refused("desk_second", "digits")));
    const { store } = takeSeat({ session: stranger, login: login_ });
    await store.dispatch(open());
    await store.dispatch(login({ name: "a", password: "b", second: "" }));
    expect(store.getState().session).toMatchObject({ phase: "stranger", second: true, fault: null, busy: false });
    await store.dispatch(login({ name: "a", password: "b", second: "123456" }));
    expect(store.getState().session.phase).toBe("clerk");
  });

  it("leaves nothing on the desk when they go", async () => {
    const { store } = takeSeat();
    await store.dispatch(open());
    expect(store.getState().desk.overview.value).toEqual(answers.overview);
    await store.dispatch(logout());
    expect(store.getState()).toMatchObject({ session: { phase: "stranger" }, desk: { overview: { value: null } } });
  });

  it("has not gone while the office does not take the session back, and is told so", async () => {
    let gone = true;
    const { store } = takeSeat({ logout: () => (gone ? Promise.reject(new OfficeGone("logout")) : Promise.resolve()) });
    await store.dispatch(open());
    await store.dispatch(logout());
    expect(store.getState().session).toMatchObject({ phase: "clerk", stays: "not_out", busy: false });
    gone = false;
    await store.dispatch(logout());
    expect(store.getState().session).toMatchObject({ phase: "stranger", stays: null });
  });

  it("who is out already goes", async () => {
    const { store } = takeSeat({ logout: stranger });
    await store.dispatch(open());
    await store.dispatch(logout());
    expect(store.getState().session).toMatchObject({ phase: "stranger", fault: null });
  });

  it("whose session is over signs in again, and nothing stays on the desk", async () => {
    let over = false;
    const { store } = takeSeat({ overview: () => (over ? stranger() : Promise.resolve(answers.overview)) });
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
    const { store, asked } = takeSeat({ session: () => Promise.resolve(session) }, { path: "/office/clerks", hash: "" });
    await store.dispatch(open());
    expect(asked).toEqual(["session"]);
    expect(maySee(session.may, "clerks")).toBe(false);
    expect(maySee(session.may, "overview")).toBe(true);
  });

  it("gets the campaigns without the menu that it may not see", async () => {
    const { store, asked } = takeSeat({ session: () => Promise.resolve({ ...owner, may: ["campaigns"] }) }, { path: "/office/campaigns", hash: "" });
    await store.dispatch(open());
    expect(asked).toEqual(["session", "campaigns"]);
  });
});

describe("an office that restarts", () => {
  it("leaves what came before to be read, and says so", async () => {
    let gone = false;
    const { store } = takeSeat({ overview: () => (gone ? Promise.reject(new OfficeGone("overview")) : Promise.resolve(answers.overview)) });
    await store.dispatch(open());
    gone = true;
    await store.dispatch(fetchPapers());
    expect(store.getState().desk.overview).toMatchObject({ value: answers.overview, fault: "gone" });
    gone = false;
    await store.dispatch(fetchPapers());
    expect(store.getState().desk.overview.fault).toBeNull();
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
    const { store } = takeSeat({ confirmSecond, session: () => Promise.resolve({ ...owner, second }) });
    await store.dispatch(open());
    expect((await store.dispatch(offerSecond()).unwrap())?.secret).toMatch(/^[A-Z2-7]+$/);
    expect(await store.dispatch(confirmSecond_("000000")).unwrap()).toBe(false);
    expect(store.getState().session).toMatchObject({ fault: "desk_login", clerk: { second: false } });
    expect(await store.dispatch(confirmSecond_("123456")).unwrap()).toBe(true);
    expect(store.getState().session).toMatchObject({ fault: null, clerk: { second: true } });
  });

  it("has another password only where the old one was right", async () => {
    const password: Door["password"] = (old) => (old === "right" ? Promise.resolve(owner) : Promise.reject(new Refused("desk_login", "wrong")));
    const { store } = takeSeat({ password });
    await store.dispatch(open());
    expect(await store.dispatch(changePassword({ old: "wrong", fresh: "a b c d e f" })).unwrap()).toBe(false);
    expect(store.getState().session).toMatchObject({ phase: "clerk", fault: "desk_login" });
    expect(await store.dispatch(changePassword({ old: "right", fresh: "a b c d e f" })).unwrap()).toBe(true);
  });
});

describe("a receipt", () => {
  it("of another number is not shown under this one", async () => {
    const receipt = { ...answers.receipt };
    const { store } = takeSeat({ receipt: (id) => (id === receipt.receipt ? Promise.resolve(receipt) : Promise.reject(new Refused("unknown", "none"))) });
    await store.dispatch(open());
    await store.dispatch(arrive({ screen: "receipts", of: receipt.receipt }));
    expect(store.getState().desk.receipt.value).toEqual(receipt);
    await store.dispatch(arrive({ screen: "receipts", of: "another" }));
    expect(store.getState().desk.receipt).toMatchObject({ value: null, fault: "unknown" });
  });
});
