import { MODEL_REASONS } from "../door/answers";
import { useWords } from "./use";

/** A reason in words; of one that this page does not know it is only said that there is one. */
export function useReason(): (code: string) => string {
  const { find } = useWords();
  return (code) => find(MODEL_REASONS.some((one) => one === code) ? `models.why_${code}` : "models.why_other", "models.why_other");
}
