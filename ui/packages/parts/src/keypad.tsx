import { Button } from "./button";
import { Icon } from "./icon";

interface KeypadProps {
  onDigit: (digit: string) => void;
  onRub: () => void;
  rubLabel: string;
  /** A key beside zero, such as 00. */
  extra?: string;
}

/** Ten digits and one back. */
export function Keypad({ onDigit, onRub, rubLabel, extra = "00" }: KeypadProps) {
  return (
    <div className="keypad">
      {["7", "8", "9", "4", "5", "6", "1", "2", "3", extra, "0"].map((digit) => (
        <Button key={digit} onPress={() => onDigit(digit)} look="plain">
          {digit}
        </Button>
      ))}
      <Button onPress={onRub} label={rubLabel} look="plain">
        <Icon name="rub" />
      </Button>
    </div>
  );
}

interface LettersProps {
  letters: readonly string[];
  onLetter: (letter: string) => void;
  onRub: () => void;
  rubLabel: string;
}

/** Letters to search by: only those that a name begins a word with. */
export function Letters({ letters, onLetter, onRub, rubLabel }: LettersProps) {
  return (
    <div className="letters">
      {letters.map((letter) => (
        <Button key={letter} onPress={() => onLetter(letter)} look="plain">
          {letter}
        </Button>
      ))}
      <Button onPress={onRub} label={rubLabel} look="plain">
        <Icon name="rub" />
      </Button>
    </div>
  );
}
