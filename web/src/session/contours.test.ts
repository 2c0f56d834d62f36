import { expect, it } from "vitest";
import { contourMap } from "./contours";

it("a place has always the same map, and another place another one", () => {
  expect(contourMap("files.example")).toEqual(contourMap("files.example"));
  expect(contourMap("files.example").lines[4]).not.toEqual(contourMap("other.example").lines[4]);
});

it("its lines surround the summit", () => {
  const map = contourMap("files.example");
  expect(map.lines.filter(line => line.path !== "").length).toBeGreaterThan(10);
  expect(map.summit.x).toBeGreaterThan(0);
  expect(map.summit.x).toBeLessThan(map.columns);
});
