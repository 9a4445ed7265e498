// Examples of who is helped and who was erased.
import type { Erasure, Guest } from "../door/privacy";
import { at } from "./work";

export const guests: readonly Guest[] = [
  { customer: "c7a90b12e44f", joined: at(-120), name: "Ганна-Марыя Вялікая-Доўгапрозвішчава", phone_end: "4567", receipts: 41, seen: at(-1) },
  { customer: "m-0009-3KQ8", joined: null, name: "", phone_end: "", receipts: 1, seen: null },
];

export const erasures: readonly Erasure[] = [
  { id: 3, who: "9f12ab34cd56ef78".repeat(4), at: at(-0.1), done: [["1/1", at(-0.05)]], open: ["1/2", "2/1"], out: [] },
  { id: 2, who: "03ab12cd45ef6789".repeat(4), at: at(-4), done: [["1/1", at(-3)], ["1/2", at(-3)], ["2/1", at(-2)]], open: [], out: ["3/1"] },
];
