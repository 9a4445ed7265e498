// Examples of every state, with texts long enough to hurt.
import { emptyScreen, wellHealth } from "@kava/door";
import type { BaristaShown, CardShown, Dish, Health, LineShown, Notice, ReceiptShown, Screen, Shelf } from "@kava/contract";
import type { Pane, Refund } from "../state/look";

export interface Example {
  screen: Screen;
  /** Places of dishes on the menu that are out today. */
  out?: readonly number[];
  pane?: Pane;
  typed?: string;
  /** Who is asked for a PIN to sign on. */
  signing?: BaristaShown;
  /** The refund that the manager is asked for. */
  refund?: Refund;
  receipts?: ReceiptShown[];
  health?: Health;
  /** Whether the till opens with the machine, where that can be set. */
  autostart?: boolean;
  gone?: true;
  /** Seen from the guest's side. */
  glass?: true;
  /** What the counter says instead of a snapshot. */
  refused?: { code: string; message: string; cause?: string };
}

const MENU: readonly (readonly [string, string, readonly (readonly [string, number])[]])[] = [
  ["кофе", "Эспрессо", [["", 380]]],
  ["кофе", "Американо", [["M", 420], ["L", 520]]],
  ["кофе", "Капучино", [["M", 690], ["L", 790]]],
  ["кофе", "Латте", [["M", 710], ["L", 810]]],
  ["кофе", "Флэт уайт", [["", 680]]],
  ["кофе", "Раф ванильный", [["", 860]]],
  ["кофе", "Фильтр-кофе", [["", 480]]],
  ["кофе", "Воронка V60", [["", 820]]],
  ["чай", "Чай чёрный", [["", 430]]],
  ["чай", "Чай облепиховый с апельсином и розмарином", [["", 690]]],
  ["чай", "Матча латте", [["", 880]]],
  ["какао", "Какао", [["S", 560], ["M", 660]]],
  ["холодное", "Колд брю", [["", 720]]],
  ["холодное", "Эспрессо-тоник", [["", 790]]],
  ["выпечка", "Круассан миндальный", [["", 620]]],
  ["выпечка", "Сырники", [["", 890]]],
  ["выпечка", "Печенье овсяное", [["", 260]]],
  ["десерты", "Чизкейк", [["", 940]]],
  ["десерты", "Торт медовик", [["", 820]]],
  ["еда", "Панини с курицей", [["", 1150]]],
];

const dishes: Dish[] = MENU.map(([category, name, sizes], at) => ({
  name,
  category,
  top: true,
  drink: ["кофе", "чай", "какао", "холодное"].includes(category),
  usual: 0,
  sizes: sizes.map(([label, price_minor], nth) => ({ sku: `${at}-${nth}`, label, price_minor, out: false })),
}));

/** The shelf, where these dishes are out today. */
export const shelfWithout = (out: readonly number[] = []): Shelf => ({
  ...shelf,
  dishes: shelf.dishes.map((dish, at) => ({ ...dish, sizes: dish.sizes.map((size) => ({ ...size, out: out.includes(at) })) })),
});

export const shelf: Shelf = {
  key: "examples",
  categories: [...new Set(dishes.map(({ category }) => category))],
  dishes,
  extras: [
    { sku: "coco", name: "Кокосовое молоко", price_minor: 170 },
    { sku: "oat", name: "Овсяное молоко", price_minor: 150 },
    { sku: "shot", name: "Порция эспрессо", price_minor: 150 },
    { sku: "syrup", name: "Сироп", price_minor: 100 },
  ],
};

const line = (number: number, sku: string, name: string, qty: number, list: number, discount = 0): LineShown => ({
  line: number,
  sku,
  name,
  qty: String(qty),
  with: number === 2 ? [{ sku: "oat", name: "Овсяное молоко" }] : [],
  list_minor: list,
  discount_minor: discount,
  net_minor: list - discount,
  refusal: null,
  marked: false,
  wants_mark: false,
});

const card = (id: string, depth_bp: number, reason: string, saves_minor: number, chosen = false): CardShown => ({
  id,
  depth_bp,
  scope: "кофе",
  reason,
  until: "2026-12-09",
  saves_minor,
  chosen,
  wanted: false,
});

const lines = [line(1, "16-0", "Печенье овсяное", 2, 520, 26), line(2, "2-0", "Капучино M", 1, 840, 84)];
const base: Screen = { ...emptyScreen, shelf: "examples" };

const sale: Screen = {
  ...base,
  undo: 3,
  queue: 12,
  cart: {
    ...base.cart,
    visit: "v1",
    lines: lines.map((one) => ({ ...one, discount_minor: 0, net_minor: one.list_minor })),
    list_minor: 1360,
    net_minor: 1360,
    cash: [1360, 1500, 2000, 5000, 10000],
  },
};

const guest: Screen = {
  ...sale,
  guest: {
    segment: "Бывает время от времени, кофе",
    visits: 23,
    saved_minor: 4120,
    rights: "full",
    usual: { text: "Капучино M + овсяное молоко, Печенье овсяное", list_minor: 1100 },
    likes: [{ sku: "12-0", name: "Колд брю", why: "берут гости с похожим вкусом" }],
    elsewhere: [],
    owed: [],
  },
  cards: [
    card("a", 500, "Ваша скидка участника", 68),
    card("b", 1000, "Вы часто берёте кофе", 110, true),
    card("c", 1200, "Попробуйте новое: Чай облепиховый", 0),
  ],
  cart: {
    ...sale.cart,
    lines,
    discount_minor: 110,
    net_minor: 1250,
    reason: "Вы часто берёте кофе",
    cash: [1250, 1500, 2000, 5000, 10000],
  },
};

/** Two bottles of which one is scanned; the other may be sold without its code, or not. */
const marked = (goes_without_mark: boolean): Screen => ({
  ...sale,
  cart: {
    ...sale.cart,
    lines: [lines[1] ?? line(1, "2-0", "Капучино M", 1, 840), line(2, "w", "Вода минеральная «Дарида» газированная 0,5 л", 1, 310), line(3, "w", "Вода минеральная «Дарида» газированная 0,5 л", 1, 310)].map((one, at) => ({ ...one, line: at + 1, with: [], marked: at === 1, wants_mark: at === 2 })),
    list_minor: 1460,
    net_minor: 1460,
    goes_without_mark,
  },
});

const notice = (code: string, tone: Notice["tone"], values: Record<string, string> = {}): Notice => ({
  number: 1,
  tone,
  code,
  values,
  message: "",
});

const trouble = notice("register_paper", "bad");

const receipt = (nth: number): ReceiptShown => ({
  receipt: `01a21112-df08-7c6a-be15-bf1a4c2570${nth + 10}`,
  day: "2026-11-25",
  time: `0${nth}:15`,
  kind: nth === 3 ? "staff" : "sale",
  net_minor: 1250 + nth * 10,
  discount_minor: 110,
  refunded_minor: nth === 2 ? 500 : 0,
  paid: nth % 2 === 0 ? ["card"] : ["cash"],
  known: nth % 2 === 0,
  lines: [
    { line: 1, name: "Капучино M + овсяное молоко", qty: 1, net_minor: 756 },
    { line: 2, name: "Печенье овсяное", qty: 2, net_minor: 494 },
  ],
});

const long = "Кофе ".repeat(40).trim();
const many = Array.from({ length: 14 }, (_, at) => line(at + 1, "2-0", at === 13 ? `${long} 🥐` : "Капучино M", at + 1, 690 * (at + 1)));

const paid: Screen = {
  ...base,
  paid: {
    receipt: "01a21112-df08-7c6a-be15-bf1a4c2570b5",
    net_minor: 1250,
    saved_minor: 110,
    saved_all_minor: 4230,
    change_minor: 750,
    segment_before: "Новый гость",
    segment_after: "Бывает время от времени, кофе",
    next: [card("n", 1000, "На следующий визит: кофе", 0)],
  },
};

const NAMES = ["Аня", "Витя", "Ксюша", "Лёша", "Макс", "Настя", "Оля", "Паша", "Рита", "Саша М", "Саша П", "Таня", "Уля", "Федя", "Юля", "Яна"];
const names = (count: number): BaristaShown[] =>
  Array.from({ length: count }, (_, at) => {
    const [name, round] = [NAMES[at % NAMES.length] ?? "Аня", Math.floor(at / NAMES.length)];
    return { id: `b-${at}`, name: at === 5 ? "Анастасия-Виктория Крас" : round > 0 ? `${name} ${round + 1}` : name, pin: at % 3 === 1 };
  });
/** A staff list of so many, of whom one may be signed on. */
const staffed = (screen: Screen, count: number, on?: number): Screen => ({
  ...screen,
  staff: names(count),
  barista: on === undefined ? null : (names(count)[on] ?? null),
});

export const STATES: Record<string, Example> = {
  empty: { screen: base },
  training: { screen: { ...guest, training: true } },
  offline: { screen: { ...guest, link: "down", queue: 128 } },
  no_office: { screen: { ...base, link: "none" } },
  closed: { screen: { ...base, shift_open: false } },
  sale: { screen: sale },
  guest: { screen: guest },
  greeted: { screen: { ...guest, cart: base.cart, notice: notice("greeted", "good") } },
  no_discount: {
    screen: { ...guest, cards: guest.cards.map((one) => ({ ...one, chosen: false })), cart: { ...sale.cart, choice: "none" } },
  },
  many: { screen: { ...sale, cart: { ...sale.cart, lines: many, list_minor: 724500, net_minor: 724500 } } },
  staff: { screen: { ...sale, cart: { ...sale.cart, kind: "staff" } }, pane: "other" },
  cash: { screen: guest, pane: "cash" },
  cash_typed: { screen: guest, pane: "cash", typed: "2000" },
  cash_short: { screen: guest, pane: "cash", typed: "500" },
  certificate: { screen: guest, pane: "certificate", typed: "500" },
  other: { screen: guest, pane: "other" },
  split: { screen: guest, pane: "split" },
  split_many: { screen: { ...sale, cart: { ...sale.cart, lines: many, list_minor: 724500, net_minor: 724500 } }, pane: "split" },
  split_part: { screen: { ...guest, cart: { ...guest.cart, rest: { pieces: 3, list_minor: 1870 } } } },
  split_paid: { screen: { ...sale, paid: paid.paid } },
  mark: { screen: marked(false) },
  mark_or_without: { screen: { ...marked(true), guest: guest.guest } },
  busy: { screen: { ...guest, busy: true } },
  paid: { screen: paid },
  paid_anonymous: {
    screen: {
      ...base,
      paid: {
        receipt: "01a21112-df08-7c6a-be15-bf1a4c2570b5",
        net_minor: 1360,
        saved_minor: 0,
        saved_all_minor: null,
        change_minor: 0,
        segment_before: null,
        segment_after: null,
        next: [],
      },
    },
  },
  declined: { screen: { ...guest, notice: notice("declined", "bad") } },
  coupon: {
    screen: {
      ...guest,
      cards: [...guest.cards.map((one) => ({ ...one, chosen: false })), card("campaign.birthday", 5000, "Ваш купон", 420, true)],
      cart: { ...guest.cart, lines: [line(1, "16-0", "Печенье овсяное", 2, 520), line(2, "2-0", "Капучино M", 1, 840, 420)], discount_minor: 420, net_minor: 940, reason: "Ваш купон", choice: "campaign.birthday" },
    },
  },
  coupon_of_another_shop: {
    screen: { ...guest, guest: guest.guest && { ...guest.guest, elsewhere: ["Купон «День рождения в кофейне» действует только в кофейне nemiga-5, один раз"] } },
  },
  owed: {
    screen: { ...guest, guest: guest.guest && { ...guest.guest, owed: ["Прежние баллы: 1250,50", "Прежние штампы: 7"] } },
  },
  coupon_elsewhere: { screen: { ...guest, notice: notice("coupon_elsewhere", "bad") } },
  coupon_not_here: { screen: { ...guest, notice: notice("coupon_not_here", "bad") } },
  used: { screen: { ...sale, notice: notice("code_replayed", "used") } },
  expired: { screen: { ...sale, notice: notice("code_too_old", "bad") } },
  register_refused: { screen: { ...guest, notice: notice("register_refused", "bad", { reason: "крышка открыта" }) } },
  register_refused_paper: { screen: { ...guest, notice: notice("register_refused", "bad", { ails: "register_paper", reason: "error 3: no paper" }) } },
  disk: { screen: { ...guest, notice: notice("store_full", "bad") } },
  paper: { screen: { ...sale, slips_waiting: 2 } },
  review: {
    screen: {
      ...base,
      reviews: [
        {
          receipt: "01a21112-df08-7c6a-be15-bf1a4c2570b5",
          net_minor: 1250,
          look: "Посмотрите на ленту кассы: есть ли там чек 01a21112-df08-7c6a-be15-bf1a4c2570b5 на 12.50 BYN.",
        },
      ],
    },
  },
  question: {
    screen: {
      ...guest,
      question: {
        about: "rung_up",
        receipt: "01a21112",
        total_minor: 1250,
        lines: [
          { name: "Капучино M / Овсяное молоко", qty: "1", net_minor: 756 },
          { name: "Печенье овсяное", qty: "2", net_minor: 494 },
        ],
      },
    },
  },
  joined: { screen: { ...guest, joined: { code: "101986632883323", claim: null, link: null } } },
  code: { screen: sale, pane: "code", typed: "482913" },
  search: { screen: sale, pane: "search", typed: "ч" },
  more: { screen: sale, pane: "more" },
  receipts: { screen: sale, pane: "receipts", receipts: [1, 2, 3, 4, 5, 6].map(receipt) },
  shift: { screen: sale, pane: "shift", typed: "15000" },
  about: { screen: sale, pane: "about" },
  about_ill: {
    screen: { ...sale, link: "down", queue: 128 },
    pane: "about",
    health: {
      ...wellHealth,
      office: "http://192.168.0.10:8480",
      hitch: "the office cannot be reached: connection refused",
      hitch_code: "line",
      hitch_since: "2026-11-25 08:15",
      models: { release: 7, made: "2026-10-01", until: "2026-12-30" },
      queue: 128,
      clock_behind_ms: -41_000,
      free_mb: 200,
    },
  },
  enrol: { screen: sale, pane: "enrol", typed: "192.168.0.10:8480" },
  enrol_old: { screen: { ...sale, notice: notice("enrol_code_old", "bad", { reason: "the office says: this code was used, or is older than ten minutes; ask the office for a new one" }) }, pane: "enrol" },
  size: { screen: sale, pane: "size" },
  about_program: { screen: sale, pane: "about", autostart: true },
  devices: { screen: sale, pane: "devices" },
  devices_bad: { screen: { ...sale, printer: null, notice: trouble }, pane: "devices" },
  keys: { screen: sale, pane: "keys" },
  tiles_out: { screen: sale, out: [2, 9, 17] },
  stops: { screen: sale, pane: "stops", out: [2, 9, 17] },
  staff_one: { screen: staffed(base, 1) },
  staff_few: { screen: staffed(guest, 4) },
  staff_many: { screen: staffed(sale, 30) },
  staff_on: { screen: staffed(guest, 30, 5) },
  staff_on_offline: { screen: { ...staffed({ ...guest, link: "down", queue: 128 }, 4, 0), shift_open: false, slips_waiting: 2 } },
  staff_list: { screen: staffed(sale, 30, 5), pane: "staff" },
  staff_list_few: { screen: staffed(sale, 2), pane: "staff" },
  staff_pin: { screen: staffed(sale, 30), signing: { id: "b-1", name: "Витя", pin: true }, typed: "471" },
  staff_pin_wrong: { screen: { ...staffed(sale, 30), notice: notice("barista_pin_wrong", "bad") }, signing: { id: "b-1", name: "Витя", pin: true } },
  pin_first: { screen: sale, pane: "pin" },
  pin_old: { screen: { ...sale, pin_set: true }, pane: "pin", typed: "4711" },
  pin_refund: {
    screen: { ...sale, pin_set: true },
    refund: { do: "refund", receipt: "01a21112-df08-7c6a-be15-bf1a4c2570b5" },
    typed: "471",
  },
  report: {
    screen: {
      ...base,
      report: {
        what: "z",
        receipts: 143,
        net_minor: 154320,
        discount_minor: 9870,
        refunds: 1,
        refunded_minor: 690,
        paid: { card: 120330, cash: 33300 },
        cash_in_minor: 10000,
        cash_out_minor: 20000,
        drawer_minor: 23300,
        counted_minor: 23250,
        differences: [{ what: "counted_cash", books_minor: 23300, found_minor: 23250 }],
      },
    },
  },
  "display-welcome": { screen: base, glass: true },
  "display-order": { screen: guest, glass: true },
  "display-thanks": { screen: paid, glass: true },
  "display-joined": { screen: { ...guest, joined: { code: "101986632883323", claim: null, link: null } }, glass: true },
  "display-join": {
    screen: {
      ...guest,
      joined: { code: "101986632883323", claim: "4", link: `https://office.kava.example/club/?claim=4${"0123456789".repeat(29)}0123` },
    },
    glass: true,
  },
  gone: { screen: sale, gone: true },
  locked: { screen: base, refused: { code: "token_refused", message: "" } },
  trouble: {
    screen: base,
    refused: { code: "counter_not_ready", cause: "store_in_use", message: "/home/till/.local/share/kava/kava.db is in use by another kava; close that one first" },
  },
  trouble_config: {
    screen: base,
    refused: { code: "counter_not_ready", cause: "config_invalid", message: "counter.toml, [policy]: margin_floor_bp is 10000; it must be 0 to 9999" },
  },
};
