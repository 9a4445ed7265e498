import { Button, Letters } from "@kava/parts";
import { useState } from "react";
import { enrol } from "../state/act";
import { look } from "../state/look";
import { Pane } from "./Pane";
import { useDo, useThe, useWords } from "./use";

/** Of an address, and of a code, which has no letter that somebody mistakes for a digit. */
const ADDRESS = [..."1234567890.:/-abcdefghijklmnopqrstuvwxyz"];
const CODE = [..."1234567890ABCDEFGHJKMNPQRSTVWXYZ"];
/** Letters and digits of a code. */
const LENGTH = 16;

/** The office lets this till in: its address, then the one-time code that somebody was given there. */
export function Enrol() {
  const { say } = useWords();
  const dispatch = useDo();
  const typed = useThe((state) => state.look.typed);
  const busy = useThe((state) => state.till.paying);
  const [office, setOffice] = useState<string | null>(null);
  const bare = typed.toUpperCase().replace(/[^0-9A-Z]/g, "");
  const next = () => {
    setOffice(typed);
    dispatch(look.actions.emptied());
  };
  return (
    <Pane title={say("enrol.title")}>
      <div className="enrol">
        <p>{office === null ? say("enrol.address") : say("enrol.code", { office })}</p>
        <p className="digits" aria-live="polite">
          {(office === null ? typed : bare.replace(/(.{4})(?=.)/g, "$1-")) || " "}
        </p>
        <Letters
          letters={office === null ? ADDRESS : CODE}
          onLetter={(letter) => dispatch(look.actions.typed(letter))}
          onRub={() => dispatch(look.actions.rubbed())}
          rubLabel={say("sale.remove")}
        />
        {office === null ? (
          <Button look="main" className="wide" disabled={!/^https?:\/\/[^/]/.test(typed)} onPress={next}>
            {say("pin.next")}
          </Button>
        ) : (
          <Button look="main" className="wide" disabled={bare.length !== LENGTH || busy} onPress={() => void dispatch(enrol(office, bare))}>
            {busy ? say("enrol.busy") : say("enrol.do")}
          </Button>
        )}
      </div>
    </Pane>
  );
}
