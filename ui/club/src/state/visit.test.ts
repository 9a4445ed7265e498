// What the app does with an office, a phone's memory and a key, all of this process.
import { OfficeGone, Refused } from "@kava/door/faults";
import { beforeEach, describe, expect, it } from "vitest";
import { home as usual } from "../dev/examples";
import type { Answered, Event, Home, Profile } from "../door/answers";
import type { Door } from "../door/door";
import { fakeDoor } from "../door/fake";
import { passing } from "../keep/keep";
import { Handset } from "../key/handset";
import { account, consentOf, profileOf } from "./account";
import { answer, choose, edit, go, join, leave } from "./act";
import { look } from "./look";
import { session } from "./session";
import { tick } from "./show";
import { makeStore } from "./store";
import { refresh } from "./visit";

/** A gate that lets nobody through until it is opened. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((done) => (open = done));
  return { open: () => open(), opened };
}

/** An office that keeps one profile, and what it was asked, in its order. */
function office(over: Partial<Door> = {}) {
  const asked: string[] = [];
  const said: { events: Event[]; answers: Answered[]; profiles: Profile[] } = { events: [], answers: [], profiles: [] };
  let home: Home = usual;
  const door: Door = {
    ...fakeDoor(usual),
    home: () => Promise.resolve(home),
    edit: (version, profile) => {
      if (version !== home.version) return Promise.reject(new Refused("club_changed", "look again"));
      said.profiles.push(profile);
      home = { ...home, version: version + 1, profile };
      return Promise.resolve({ version: home.version, profile });
    },
    answer: (answers) => {
      said.answers.push(...answers);
      return Promise.resolve();
    },
    tell: (events) => {
      said.events.push(...events);
      return Promise.resolve();
    },
    ...over,
  };
  const named = Object.entries(door).map(([name, ask]) => [name, (...words: never[]) => {
    asked.push(name);
    return (ask as (...words: never[]) => unknown)(...words);
  }]);
  const elsewhere = (profile: Partial<Profile>) => {
    home = { ...home, version: home.version + 1, profile: { ...home.profile, ...profile } };
  };
  return { door: Object.fromEntries(named) as Door, asked, said, elsewhere, now: () => home };
}

/** A member's phone. */
async function member(door: Door) {
  const keep = passing();
  const handset = new Handset(keep);
  await handset.makeKey();
  const store = makeStore({ handset, door });
  store.dispatch(session.actions.opened({ phase: "member", lasts: true }));
  store.dispatch(account.actions.came({ home: usual, fetched: 0, ahead: 0 }));
  return { store, keep, handset };
}

const consent = (given: boolean): Answered[] => [{ purpose: "marketing", given, language: "ru", words: "…" }];

let place: ReturnType<typeof office>;
beforeEach(() => {
  place = office();
});

describe("two visits at once", () => {
  it("send an errand once", async () => {
    const { store } = await member(place.door);
    await Promise.all([store.dispatch(answer(consent(true))), store.dispatch(refresh()), store.dispatch(refresh())]);
    expect(place.said.answers).toHaveLength(1);
  });

  it("are two where the second brings something new", async () => {
    const { opened, open } = gate();
    place = office({ home: async () => (await opened, usual) });
    const { store } = await member(place.door);
    const first = store.dispatch(refresh());
    await expect.poll(() => place.asked).toEqual(["home"]);
    const second = store.dispatch(answer(consent(true)));
    open();
    await Promise.all([first, second]);
    expect(place.asked).toEqual(["home", "answer", "home"]);
  });
});

describe("a guest who leaves while a visit is under way", () => {
  it("is asked to wait, and nothing of them is written back", async () => {
    const { opened, open } = gate();
    place = office({ home: async () => (await opened, usual) });
    const { store, keep } = await member(place.door);
    const visit = store.dispatch(refresh());
    const goodbye = store.dispatch(leave());
    await store.dispatch(go("cards"));
    expect(place.asked).not.toContain("erase");
    open();
    await Promise.all([visit, goodbye]);
    await store.dispatch(refresh());
    // A finger that was faster than the screen.
    await store.dispatch(answer(consent(true)));
    await store.dispatch(choose(usual.cards[0]?.id ?? ""));
    expect(store.getState().account.errands).toEqual([]);
    expect(place.asked.at(-1)).toBe("erase");
    expect(store.getState().account.home).toBeNull();
    for (const name of ["key", "home", "errands", "choice", "events"] as const) expect(await keep.get(name), name).toBeUndefined();
  });
});

describe("an edit", () => {
  const named = (name: string) => ({ ...usual.profile, name });

  it("takes nothing back that another phone has written, whether this one has heard of it or not", async () => {
    const { store } = await member(place.door);
    place.elsewhere({ birthday: "1970-01-02" });
    await store.dispatch(edit(named("Ева")));
    expect(place.now().profile).toEqual({ ...named("Ева"), birthday: "1970-01-02" });
    expect(store.getState().account.errands).toEqual([]);
  });

  it("that waited while the home came anew is joined with it as well", async () => {
    place = office({ edit: () => Promise.reject(new OfficeGone("away")) });
    const { store } = await member(place.door);
    await store.dispatch(edit(named("Ева")));
    const heard = { ...usual, version: 9, profile: { ...usual.profile, phone: "+375290000000" } };
    store.dispatch(account.actions.came({ home: heard, fetched: 1, ahead: 0 }));
    const sent: Profile[] = [];
    place.door.edit = (version, profile) => Promise.resolve({ version, profile: (sent.push(profile), profile) });
    await store.dispatch(refresh());
    expect(sent).toEqual([{ ...named("Ева"), phone: "+375290000000" }]);
  });

  it("is tried a few times where others are always faster, and waits then", async () => {
    place = office({ edit: () => Promise.reject(new Refused("club_changed", "look again")) });
    const { store } = await member(place.door);
    await store.dispatch(edit(named("Ева")));
    expect(place.asked.filter((name) => name === "edit")).toHaveLength(5);
    expect(profileOf(store.getState().account)?.name).toBe("Ева");
    expect(store.getState().look.online).toBe(true);
  });

  it("made while one is under way is no clash with oneself", async () => {
    const { opened, open } = gate();
    const { door } = office();
    const slow: Door = { ...door, edit: async (version, profile) => (await opened, door.edit(version, profile)) };
    const { store } = await member(slow);
    const first = store.dispatch(edit(named("Ев")));
    const second = store.dispatch(edit(named("Ева")));
    open();
    await Promise.all([first, second]);
    expect(store.getState().account.clashes).toEqual([]);
    expect(store.getState().account.home?.profile.name).toBe("Ева");
  });

  it("that the office refuses is said, and given up", async () => {
    place = office({ edit: () => Promise.reject(new Refused("club_field", "no")) });
    const { store } = await member(place.door);
    expect(await store.dispatch(edit(named("Ева"))).unwrap()).toBe(false);
    expect(store.getState().session.fault).toBe("club_field");
    expect(store.getState().account.errands).toEqual([]);
    // Said where it happened, and nowhere else.
    store.dispatch(look.actions.opened("receipts"));
    expect(store.getState().session.fault).toBeNull();
  });
});

describe("an answer", () => {
  it("stands from the moment it is given, also between the office's yes and the new home", async () => {
    const { opened, open } = gate();
    place = office({ home: async () => (await opened, { ...usual, consent: { ...usual.consent, marketing: true } }) });
    const { store } = await member(place.door);
    const seen: boolean[] = [];
    store.subscribe(() => seen.push(consentOf(store.getState().account).marketing));
    const given = store.dispatch(answer(consent(true)));
    await expect.poll(() => store.getState().account.errands.length).toBe(0);
    open();
    await given;
    expect(seen.slice(seen.indexOf(true))).not.toContain(false);
  });
});

describe("what was shown and chosen", () => {
  it("is numbered without a gap, however fast it comes, and also after the app was opened anew", async () => {
    place = office({ tell: () => Promise.reject(new OfficeGone("away")) });
    const { store, keep } = await member(place.door);
    await Promise.all([store.dispatch(go("cards")), store.dispatch(choose(usual.cards[0]?.id ?? "")), store.dispatch(go("menu"))]);
    const numbers = store.getState().account.errands.map((errand) => (errand.kind === "tell" ? errand.event.number : -1));
    expect(numbers).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(await keep.get("events")).toBe(7);
    expect(await keep.get("errands")).toHaveLength(7);
  });
});

describe("a key", () => {
  it("is made by who joins, and by nothing else", async () => {
    const handset = new Handset(passing());
    const store = makeStore({ handset, door: place.door });
    await store.dispatch(tick());
    store.dispatch(account.actions.came({ home: usual, fetched: 0, ahead: 0 }));
    await store.dispatch(tick());
    await expect(handset.key()).rejects.toMatchObject({ code: "club_stranger" });
    expect(handset.hasKey()).toBe(false);
    await store.dispatch(join({ language: "ru", consents: [] }));
    expect(handset.hasKey()).toBe(true);
    expect(store.getState().code.digits).toMatch(/^2[12]/);
  });
});
