import type { User } from "../api/client";
import classes from "./Pebble.module.css";

const HUES = [classes.who1, classes.who2, classes.who3, classes.who4, classes.who5, classes.who6, classes.who7];
// Han, kana, hangul: one character tells enough.
const DENSE = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/;

/** One initial, or two in a large pebble; one character of a name in Han, kana or hangul. */
export function initials(name: string, most: 1 | 2): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const first = [...(words[0] ?? "?")][0] ?? "?";
  if (most === 1 || words.length < 2 || DENSE.test(first)) return first.toLocaleUpperCase();
  return (first + ([...(words.at(-1) ?? "")][0] ?? "")).toLocaleUpperCase();
}

function hue(id: string): string | undefined {
  let hash = 0;
  for (const letter of id) hash = (hash * 31 + letter.charCodeAt(0)) >>> 0;
  return HUES[hash % HUES.length];
}

/** A person's sign; the name stands beside it or in what it opens. */
export function Pebble({ user, large = false }: { user: Pick<User, "id" | "display_name">; large?: boolean }) {
  return (
    <span className={`${classes.pebble} ${large ? classes.large : classes.small} ${hue(user.id)}`} aria-hidden="true">
      {initials(user.display_name, large ? 2 : 1)}
    </span>
  );
}
