import { OfficeGone } from "@kava/door/faults";
import type { Alarm, Attention, Clerk, Close, Counters, Day, Deed, Erasure, Guest, Invited, Lifts, Menu, ModelLine, Overview, Receipt, ReceiptPage, Rehearsal, Report, ReportKind, Revision, Segments, Session, Standing, Version } from "./answers";
import type { Door } from "./door";

/** Everything that an office could answer. */
export interface Answers {
  readonly invited: Invited;
  readonly session: Session;
  readonly overview: Overview;
  readonly counters: Counters;
  readonly alarms: readonly Alarm[];
  readonly menu: Menu;
  readonly versions: readonly Version[];
  readonly revision: Revision;
  readonly rehearsal: Rehearsal;
  readonly campaigns: readonly Standing[];
  readonly days: readonly Day[];
  readonly lift: Lifts;
  readonly segments: Segments;
  readonly attention: Attention;
  readonly models: readonly ModelLine[];
  readonly close: Close;
  readonly guests: readonly Guest[];
  readonly erasures: readonly Erasure[];
  readonly receipts: ReceiptPage;
  readonly receipt: Receipt;
  readonly reports: readonly ReportKind[];
  readonly report: Report;
  readonly clerks: readonly Clerk[];
  readonly deeds: readonly Deed[];
}

/** An office that always answers the same, for pages of states and tests; what it has no answer for, it is not there for. */
export function fakeDoor(answers: Partial<Answers>): Door {
  const give = <K extends keyof Answers>(what: K) => (): Promise<Answers[K]> => {
    const answer = answers[what] as Answers[K] | undefined;
    return answer === undefined ? Promise.reject(new OfficeGone(what)) : Promise.resolve(answer);
  };
  const done = () => Promise.resolve();
  return {
    link: give("invited"),
    enter: give("session"),
    login: give("session"),
    logout: done,
    session: give("session"),
    password: give("session"),
    offerSecond: () => Promise.resolve({ secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", uri: "otpauth://totp/Kava:a?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Kava" }),
    confirmSecond: done,
    removeSecond: done,
    overview: give("overview"),
    counters: give("counters"),
    alarms: give("alarms"),
    menu: give("menu"),
    versions: give("versions"),
    revise: async (_, publish) => ({ ...(await give("revision")()), published: publish === null ? null : publish + 1 }),
    campaigns: give("campaigns"),
    rehearse: give("rehearsal"),
    launch: done,
    end: done,
    days: give("days"),
    lift: give("lift"),
    segments: give("segments"),
    attention: give("attention"),
    models: give("models"),
    advanceModels: done,
    returnModels: done,
    close: give("close"),
    findGuest: give("guests"),
    exportGuest: () => Promise.resolve({}),
    eraseGuest: done,
    erasures: give("erasures"),
    bringStatement: give("close"),
    bringTotal: give("close"),
    receipts: give("receipts"),
    receipt: give("receipt"),
    reports: give("reports"),
    report: give("report"),
    clerks: give("clerks"),
    invite: () => Promise.resolve({ link: "/office/#enter=K7QM-2XWD-9HPT-4RZB", expires: new Date(Date.now() + 86_400_000).toISOString() }),
    revoke: done,
    deeds: give("deeds"),
  };
}
