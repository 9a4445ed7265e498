import { describe, expect, it } from "vitest";
import { isApple, isInside } from "./inside";

const IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";

describe("a browser says of itself", () => {
  it("that it is inside another app", () => {
    expect(isInside(`${IPHONE} Mobile/15E148 Instagram 300.0`)).toBe(true);
    expect(isInside(`${IPHONE} Mobile/15E148 [FBAN/FBIOS;FBAV/450]`)).toBe(true);
    expect(isInside("Mozilla/5.0 (Linux; Android 14; SM-A245F; wv) AppleWebKit/537.36 Chrome/130 Mobile Safari/537.36")).toBe(true);
    expect(isInside(`${IPHONE} Version/18.4 Mobile/15E148 Safari/604.1`)).toBe(false);
    expect(isInside("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36")).toBe(false);
    // An app on the home screen of an iPhone.
    expect(isInside(`${IPHONE} Mobile/15E148`)).toBe(false);
  });

  it("that it is Apple's", () => {
    expect(isApple(IPHONE, 5)).toBe(true);
    expect(isApple("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15", 5)).toBe(true);
    expect(isApple("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15", 0)).toBe(false);
  });
});
