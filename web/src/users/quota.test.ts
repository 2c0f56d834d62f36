import { expect, it } from "vitest";
import { parseQuota, quotaText } from "./quota";

it.each([
  ["", null],
  ["50", 50_000_000_000],
  ["2,5", 2_500_000_000],
  [" 0 ", 0],
  ["-1", undefined],
  ["1,000", undefined],
  ["1.5", 1_500_000_000],
  ["much", undefined],
])("%j is %s bytes", (text, bytes) => expect(parseQuota(text)).toBe(bytes));

it("is shown as it was typed", () => expect([quotaText(undefined), quotaText(2_500_000_000)]).toEqual(["", "2.5"]));
