// Another report, other days, another shop.
import type { ReportWanted } from "../door/answers";
import { desk } from "./desk";
import { fetchPaper } from "./papers";
import { reporting } from "./report-slice";
import { thunk } from "./store";

/** Reads another report; nothing of the one before is left under its name. */
export const chooseReport = thunk("choose report", async (by: Partial<ReportWanted>, api) => {
  api.dispatch(reporting.actions.chosen(by));
  api.dispatch(desk.actions.cleared("report"));
  await fetchPaper("report", api);
});
