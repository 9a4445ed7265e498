// Examples of bundles of models: on their way, watched, returned, drifted.
import type { Bundle, BundlePart, ModelLine, ModelLook, Moved } from "../door/models";
import { at } from "./work";

const part = (name: BundlePart["part"], over: Partial<BundlePart> = {}): BundlePart => ({ part: name, is_there: true, is_new: true, why: null, gate: null, from: 3412, ...over });

const parts: readonly BundlePart[] = [
  part("segments"),
  part("value", { from: 5120 }),
  part("tastes", { from: 61_877 }),
  part("response", { from: 1_904, is_new: false, why: "the segment's means foretell better than the trees" }),
  part("game", { from: 1_904, is_new: false, gate: "not_shown", why: "no template is shown to beat the ladder: the gain is 41.2 an epoch and could be as low as -3.7" }),
];

const bundle = (version: number, over: Partial<Bundle> = {}): Bundle => ({
  version,
  release: 29_765_280 + version,
  made: at(version - 24),
  published: at(version - 24),
  not_after: at(version + 96),
  by: "command line",
  state: "past",
  of: null,
  why: [],
  parts,
  ...over,
});

const moved = (of: string, index: number, verdict: Moved["verdict"], risen: boolean | null = true): Moved => ({ of, index_milli: index, chance_milli: 62, verdict, has_risen: risen });

const still: readonly Moved[] = [moved("segment", 21, "still", null), moved("recency", 34, "still"), moved("frequency", 112, "begun", false), moved("receipt", 18, "still"), moved("memory", 47, "still")];

const look: ModelLook = {
  at: at(-0.3),
  version: 14,
  stage_bp: 1000,
  go: "stay",
  reasons: ["early"],
  figures: {
    days: 4,
    visits: 611,
    in_use_bp: 9_870,
    by_shops: true,
    kept: { mean_milli: 12, error_milli: 31, chance_lower_ppm: 640_000 },
    rate: { mean_milli: -4, error_milli: 9, chance_lower_ppm: 330_000 },
    cut: null,
  },
  moved: still,
  moved_without: still,
  value: { guests: 214, foretold_milli: 301_400, seen_milli: 287_000, ratio_milli: [861, 952, 1_043], before_milli: 941, verdict: "holds" },
  response: { guests: 12, foretold_milli: 7_100, seen_milli: 6_000, ratio_milli: [0, 845, 2_000], before_milli: null, verdict: "too_few" },
  drifted: false,
};

const drift = Array.from({ length: 12 }, (_, nth) => ({ at: at(nth - 12), version: nth < 9 ? 13 : 14, index_milli: 60 + ((nth * 37) % 70), value_milli: 940 + ((nth * 23) % 90) }));

const chain: ModelLine = {
  shop: "",
  back_to: 13,
  bundles: [
    bundle(14, { state: "first" }),
    bundle(13, { state: "kept", of: 11 }),
    bundle(12, { state: "returned", why: ["margin", "value"] }),
    bundle(11),
    bundle(9, { made: null, release: null, not_after: null, by: "", parts: parts.map((one) => ({ ...one, is_there: false, is_new: false, from: null, why: null, gate: null })) }),
  ],
  roll: { id: 3, version: 14, before: 13, days: 7, stage_bp: 1000, began: at(-4.2), since: at(-4.2), state: "running", ended: null, why: "", shops: ["3"], without: ["1", "2", "4", "5", "Плошча Перамогі", "7"] },
  look,
  drift,
};

export const models: readonly ModelLine[] = [chain];

/** By the state's name behind `models-`. */
export const modelStates: Readonly<Record<string, readonly ModelLine[]>> = {
  empty: [{ ...chain, bundles: [], roll: null, look: null, drift: [], back_to: null }],
  unseen: [{ ...chain, look: null, drift: [] }],
  watched: [
    {
      ...chain,
      bundles: [bundle(14, { state: "in_force" }), bundle(13)],
      roll: chain.roll && { ...chain.roll, stage_bp: 10_000, shops: ["1", "2", "3"], without: [] },
      look: { ...look, stage_bp: 10_000, figures: { ...look.figures, by_shops: false, kept: { mean_milli: -61, error_milli: 74, chance_lower_ppm: 210_000 }, cut: { mean_milli: 20, error_milli: 15, chance_lower_ppm: 900_000 } } },
    },
    { ...chain, shop: "5", roll: null, back_to: null, bundles: [bundle(10, { state: "in_force" })], look: { ...look, version: 10, stage_bp: null, reasons: ["holds"] } },
  ],
  returned: [
    {
      ...chain,
      bundles: [bundle(15, { state: "in_force", of: 13, by: "roll-out" }), bundle(14, { state: "returned", why: ["margin", "cut", "drift", "not_taken", "hand"] }), bundle(13)],
      roll: null,
      look: { ...look, go: "back", reasons: ["margin", "cut"], version: 14 },
    },
  ],
  drifted: [
    {
      ...chain,
      bundles: [bundle(14, { state: "in_force" }), bundle(13)],
      roll: null,
      look: {
        ...look,
        stage_bp: null,
        reasons: ["holds"],
        drifted: true,
        moved: [moved("segment", 412, "moved", null), moved("recency", 387, "moved", true), moved("frequency", 290, "moved", false), moved("receipt", 140, "begun", true), moved("memory", 0, "too_few", null)],
        value: { ...look.value, seen_milli: 180_000, ratio_milli: [510, 597, 684], before_milli: 590, verdict: "off" },
        response: { ...look.response, guests: 620, foretold_milli: 410_000, seen_milli: 205_000, ratio_milli: [440, 500, 560], verdict: "worse_than_before" },
      },
      drift: drift.map((one, nth) => ({ ...one, index_milli: 60 + nth * 32 })),
    },
  ],
  bare: [{ ...chain, back_to: 0, roll: chain.roll && { ...chain.roll, before: 0 } }],
};
