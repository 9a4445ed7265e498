/** A sum as the screens write it in Russian, in minor units: `1 234,50 Br` is 123450. */
export function minorOf(text: string): number {
  return Number(text.replace(/[^\d,]/g, "").replace(",", ""));
}
