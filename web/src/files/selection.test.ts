import { expect, it } from "vitest";
import type { Node } from "../api/client";
import { Selection } from "./selection";

const node = (id: string) => ({ id, name: id }) as Node;

it("all but some is kept without naming those that are not loaded", () => {
  const selection = new Selection();
  selection.selectAll(7);
  expect(selection.asOf).toBe(7);
  expect([selection.count(1000), selection.has("any")]).toEqual([1000, true]);
  selection.toggle(node("b"));
  expect([selection.count(1000), selection.has("b"), selection.has("c")]).toEqual([999, false, true]);
  selection.toggle(node("b"));
  expect(selection.count(1000)).toBe(1000);
});

it("each change is told, and clearing nothing is none", () => {
  const selection = new Selection();
  let told = 0;
  const stop = selection.subscribe(() => told++);
  selection.clear();
  selection.only([node("a")]);
  selection.clear();
  stop();
  selection.selectAll(1);
  expect(told).toBe(2);
});
