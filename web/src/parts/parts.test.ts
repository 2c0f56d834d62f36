import { expect, it } from "vitest";
import { previewKind } from "../preview/kinds";
import { glyphOf } from "./FileGlyph";
import { initials } from "./Pebble";

it.each([
  ["folder", undefined, "folder"],
  ["file", "image/png", "image"],
  ["file", "text/csv", "sheet"],
  ["file", "application/zip", "archive"],
  ["file", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "doc"],
  ["file", "application/octet-stream", "blank"],
  ["file", undefined, "blank"],
] as const)("a %s of type %s has the glyph %s", (kind, type, glyph) => expect(glyphOf(kind, type)).toBe(glyph));

it.each([
  ["image/svg+xml", "image"],
  ["video/webm", "video"],
  ["application/pdf", "pdf"],
  ["text/markdown", "text"],
  ["application/json", "text"],
  ["application/zip", "none"],
  [undefined, "none"],
] as const)("%s is previewed as %s", (type, kind) => expect(previewKind(type)).toBe(kind));

it("people's initials: one, two in a large pebble, one character for Han", () => {
  expect([initials("Ingrid Solberg", 1), initials("Ingrid Solberg", 2), initials("田中 愛子", 2), initials("", 2)]).toEqual([
    "I",
    "IS",
    "田",
    "?",
  ]);
});
