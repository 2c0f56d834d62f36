import { describe, expect, it } from "vitest";
import { formatDuration, formatSize, formatTime, splitName } from "./format";

const NOW = new Date("2026-11-24T12:00:00");

describe("sizes", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.00 KB"],
    [3123, "3.12 KB"],
    [214_000, "214 KB"],
    [999_499, "999 KB"],
    [999_600, "1.00 MB"],
    [4_820_000_000, "4.82 GB"],
    [1_310_000_000_000, "1.31 TB"],
    [5e18, "5,000 PB"],
  ])("%d bytes are %s", (bytes, text) => expect(formatSize(bytes).replace("\u00a0", " ")).toBe(text));
});

describe("times", () => {
  it.each([
    ["2026-11-24T09:58:00", /^Today 09:58/],
    ["2026-11-23T17:03:00", /^Yesterday 0?5:03 PM|^Yesterday 17:03/],
    ["2026-11-18T14:20:00", /^Wed /],
    ["2026-11-14T10:00:00", /^Nov 14$|^14 Nov$/],
    ["2025-03-03T10:00:00", /2025/],
  ])("%s is told as %s", (time, pattern) => expect(formatTime(time, NOW)).toMatch(pattern));
});

it("what is left of an upload is rounded so that it does not flicker", () => {
  expect([0.2, 23.4, 170, 8000].map(formatDuration)).toEqual(["1 sec", "24 sec", "3 min", "2 hr"]);
});

describe("names", () => {
  it.each([
    ["report.pdf", "report", ".pdf"],
    ["archive.tar.gz", "archive.tar", ".gz"],
    [".profile", ".profile", ""],
    ["README", "README", ""],
    ["ends with a dot.", "ends with a dot.", ""],
    ["Mr. Smith goes to Washington", "Mr. Smith goes to Washington", ""],
  ])("%s has the stem %s and the extension %s", (name, stem, extension) =>
    expect(splitName(name, false)).toEqual({ stem, extension }),
  );
  it("a folder has no extension", () => expect(splitName("v1.2", true)).toEqual({ stem: "v1.2", extension: "" }));
});
