import type { Screen } from "@kava/contract";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { CounterGone } from "./door";
import { emptyScreen } from "./fake";
import { Refused } from "./faults";
import { windowDoor } from "./window";

/** The program behind the window: what it answers to each question, in turn. */
const program = vi.hoisted(() => ({ invoke: vi.fn<(command: string) => Promise<unknown>>(), stopped: vi.fn<() => void>() }));

vi.mock("@tauri-apps/api/core", () => ({ invoke: program.invoke, isTauri: () => true }));
vi.mock("@tauri-apps/api/event", () => ({ listen: () => Promise.resolve(program.stopped) }));

function watched() {
  const door = windowDoor(1);
  const news: Screen[] = [];
  const alive: boolean[] = [];
  const refused: string[] = [];
  const stop = door.watch(
    (screen) => news.push(screen),
    (heard) => alive.push(heard),
    ({ code }) => refused.push(code),
  );
  return { door, news, alive, refused, stop };
}

const questions = (command: string) => program.invoke.mock.calls.filter(([asked]) => asked === command).length;

beforeEach(() => {
  program.invoke.mockReset().mockResolvedValue(emptyScreen);
  program.stopped.mockReset();
});

describe("the door of the window", () => {
  it("looks once where there is an answer", async () => {
    const { news, alive } = watched();
    await vi.waitFor(() => expect(news).toHaveLength(1));
    expect(alive).toEqual([true]);
    expect(questions("screen")).toBe(1);
  });

  it("goes on looking where the first look had no answer", async () => {
    program.invoke.mockRejectedValueOnce("gone").mockRejectedValueOnce({ code: "counter_not_ready", message: "wait" });
    const { news, alive, refused } = watched();
    await vi.waitFor(() => expect(news).toHaveLength(1));
    expect(alive).toEqual([false, true]);
    expect(refused).toEqual(["counter_not_ready"]);
  });

  it("hands on the code of what keeps the till from starting", async () => {
    const { door } = watched();
    program.invoke.mockRejectedValueOnce({ code: "counter_not_ready", message: "wait", cause: "store_in_use" });
    await expect(door.shelf()).rejects.toMatchObject({ code: "counter_not_ready", cause_code: "store_in_use" });
  });

  it.each([
    ["no answer", "gone", CounterGone],
    ["a refusal", { code: "store_failed", message: "no" }, Refused],
  ])("looks again after a question that had %s, until there is one", async (_name, why, kind) => {
    const { door, news, alive } = watched();
    await vi.waitFor(() => expect(news).toHaveLength(1));
    program.invoke.mockRejectedValueOnce(why).mockRejectedValueOnce("gone").mockRejectedValueOnce("gone");
    await expect(door.act("1", { do: "undo" })).rejects.toBeInstanceOf(kind);
    await vi.waitFor(() => expect(news).toHaveLength(2));
    expect(alive.at(-1)).toBe(true);
    expect(questions("screen")).toBe(4);
  });

  it("looks no more once nobody watches", async () => {
    program.invoke.mockRejectedValue("gone");
    const { alive, stop } = watched();
    await vi.waitFor(() => expect(alive.length).toBeGreaterThan(1));
    stop();
    await vi.waitFor(() => expect(program.stopped).toHaveBeenCalledTimes(2));
    const asked = questions("screen");
    await new Promise((done) => setTimeout(done, 20));
    expect(questions("screen")).toBe(asked);
  });
});
