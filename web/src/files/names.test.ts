import { expect, it } from "vitest";
import { wrongName } from "./names";

it.each([
  ["", "A name is needed."],
  ["  ", "A name is needed."],
  ["a/b", "A name cannot contain “/”."],
  [".", "“.” and “..” are no names."],
  ["a\u0007b", "A name cannot contain control characters."],
  ["ü".repeat(128), "This name is 1 byte too long."],
])("%j is no name", (name, why) => expect(wrongName(name)).toBe(why));

it.each(["a", "…", "ü".repeat(127), "a\\b", "e\u0301"])("%j is a name", name => expect(wrongName(name)).toBeUndefined());
