import { expect, it } from "vitest";
import { en } from "./en";
import { type MessageId, t } from "./t";

it("fills blanks and chooses the number's form", () => {
  expect(t("delete.done", { count: 1, name: "a.txt" })).toBe("“a.txt” moved to trash");
  expect(t("delete.done", { count: 3, name: "" })).toBe("3 items moved to trash");
});

it("takes values as text, whatever is in them", () => {
  expect(t("delete.done", { count: 1, name: "<b>{name}</b>" })).toBe("“<b>{name}</b>” moved to trash");
});

it("has only messages that are well formed", () => {
  const values = { name: "n", count: 2, folder: "f", from: "a", to: "b", seconds: 3, bytes: 4 };
  const rest = {
    all: "9",
    date: "d",
    done: "1",
    detail: "d",
    sent: "s",
    speed: "v",
    time: "t",
    size: "z",
    shown: "h",
    percent: 5,
    title: "t",
  };
  const more = { quota: "q", left: "l", id: "i", what: "w", when: "w", address: "a", browser: "b", system: "s", used: "u" };
  for (const id of Object.keys(en) as MessageId[]) expect(t(id, { ...values, ...rest, ...more }), id).not.toBe("");
});
