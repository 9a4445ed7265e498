// How large things are: a screen says how many pixels it has, only a person how large it is. Kept on this machine.

/** Diagonals of screens that stand at registers, in inches. */
export const DIAGONALS = [10.1, 11.6, 12.1, 13.3, 14, 15, 15.6, 17, 18.5, 19, 21.5, 23.8, 27, 32] as const;

const LEAST = 10;
const MOST = 32;
const KEPT_AS = "kava.diagonal";
/** Millimetres of 1rem: a target of 3.75rem has 15 mm, and rounding takes nothing off. */
const REM_MM = 4.02;
const INCH_MM = 25.4;

interface Pixels {
  readonly width: number;
  readonly height: number;
}

/** Pixels of a millimetre on a screen of this diagonal in inches. */
export function millimetre(diagonal: number, { width, height }: Pixels): number {
  return Math.hypot(width, height) / (diagonal * INCH_MM);
}

/** The least pixels of 1rem, so that a finger hits and an eye reads. */
export function leastRem(diagonal: number, screen: Pixels): number {
  return REM_MM * millimetre(diagonal, screen);
}

/** The diagonal that somebody has said on this machine; null where nobody has, or it cannot be. */
export function keptDiagonal(): number | null {
  try {
    const kept = Number(localStorage.getItem(KEPT_AS));
    return kept >= LEAST && kept <= MOST ? kept : null;
  } catch {
    return null;
  }
}

/** Keeps it. A machine that keeps nothing asks again after the next start. */
export function keepDiagonal(diagonal: number | null): void {
  try {
    if (diagonal === null) localStorage.removeItem(KEPT_AS);
    else localStorage.setItem(KEPT_AS, String(diagonal));
  } catch {
    // Nothing depends on it.
  }
}

/** Below so many rem a screen is narrow, and low: the styles have rules of their own for it. */
const NARROW_REM = 64;
const LOW_REM = 36;

/** Makes everything as large as it has to be on a screen of this diagonal. */
export function scale(root: HTMLElement, diagonal: number | null, { screen, innerWidth, innerHeight }: Window): void {
  const set = (name: string, pixels: number) => {
    if (diagonal === null) root.style.removeProperty(name);
    else root.style.setProperty(name, `${pixels}px`);
  };
  set("--least", leastRem(diagonal ?? MOST, screen));
  set("--millimetre", millimetre(diagonal ?? MOST, screen));
  const rem = Number.parseFloat(getComputedStyle(root).fontSize);
  root.toggleAttribute("data-narrow", innerWidth < NARROW_REM * rem);
  root.toggleAttribute("data-low", innerHeight < LOW_REM * rem);
}
