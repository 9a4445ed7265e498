import { LANGUAGES } from "@kava/words";
import { speak } from "../state/act";
import { useDesk, useWords } from "./use";

/** The languages of the console. */
export function Tongues({ short = false }: { readonly short?: boolean }) {
  const ask = useDesk();
  const { say, language } = useWords();
  return (
    <div className="choice" role="group" aria-label={say("look.language")}>
      {LANGUAGES.map((one) => (
        <button key={one.code} type="button" lang={one.code} aria-pressed={one.code === language} onClick={() => void ask(speak(one.code))}>
          {short ? one.short : one.name}
        </button>
      ))}
    </div>
  );
}
