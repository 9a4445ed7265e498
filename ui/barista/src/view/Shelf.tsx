import type { ComponentType } from "react";
import type { Pane } from "../state/look";
import { About } from "./About";
import { Cash } from "./Cash";
import { Certificate } from "./Certificate";
import { Code } from "./Code";
import { Devices } from "./Devices";
import { Enrol } from "./Enrol";
import { Keys, More } from "./More";
import { Mark } from "./Mark";
import { Other } from "./Other";
import { Pin } from "./Pin";
import { Rail } from "./Rail";
import { Receipts } from "./Receipts";
import { Search } from "./Search";
import { Sheet } from "./Sheet";
import { Shift } from "./Shift";
import { SignOn } from "./SignOn";
import { Size } from "./Size";
import { Split } from "./Split";
import { Stops } from "./Stops";
import { Tiles } from "./Tiles";
import { waitsForMark } from "../state/keys";
import { useThe } from "./use";

const PANES: Partial<Record<Pane, ComponentType>> = {
  cash: Cash,
  certificate: Certificate,
  other: Other,
  split: Split,
  enrol: Enrol,
  size: Size,
  kind: Other,
  code: Code,
  search: Search,
  more: More,
  receipts: Receipts,
  shift: Shift,
  about: About,
  keys: Keys,
  pin: Pin,
  staff: SignOn,
  stops: Stops,
  devices: Devices,
};

/** The right side: tiles with the sheet of the current line, or what was opened in their place. */
export function Shelf() {
  const pane = useThe((state) => state.look.pane);
  const unmarked = useThe(({ till }) => waitsForMark(till.screen));
  const Open = PANES[pane];
  if (Open) return <Open />;
  if (unmarked) return <Mark line={unmarked} />;
  return (
    <>
      <Tiles />
      <Sheet />
      <Rail />
    </>
  );
}
