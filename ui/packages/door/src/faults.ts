// What comes instead of an answer, whoever was asked: nothing, or a refusal with a code.

/** The office does not answer, or not now. */
export class OfficeGone extends Error {
  override name = "OfficeGone";
  constructor(
    path: string,
    /** Why, where the office says it. */
    readonly code = "gone",
  ) {
    super(path);
  }
}

/** The answer is a refusal that has a code. */
export class Refused extends Error {
  override name = "Refused";
  constructor(
    readonly code: string,
    message: string,
    /** The code of what is behind it, where there is one. */
    readonly cause_code: string | null = null,
  ) {
    super(message);
  }
}

/** The code by which the words name what went wrong: the office's own, or `gone`. */
export const faultOf = (why: unknown): string => (why instanceof Refused || why instanceof OfficeGone ? why.code : "gone");
