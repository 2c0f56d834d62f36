// One action on many nodes: some at a time, with its progress shown once it takes a while, and an end on demand.
import { asProblem } from "../api/problem";
import { tell, tellProblem, type Work, working } from "../shell/notices";
import { t } from "../words/t";

const AT_ONCE = 4;
const QUIET_MS = 1_000;

export interface Outcome<T, R> {
  done: { item: T; result: R }[];
  failed: { item: T; error: unknown }[];
}

/** Runs `act` for all items. What was not begun when somebody cancelled is in neither list. */
export async function forEachNode<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<Outcome<T, R>> {
  const outcome: Outcome<T, R> = { done: [], failed: [] };
  const began = Date.now();
  let next = 0;
  let cancelled = false;
  let work: Work | undefined;
  const worker = async () => {
    while (!cancelled) {
      const item = items[next++];
      if (item === undefined) return;
      try {
        outcome.done.push({ item, result: await act(item) });
      } catch (error) {
        outcome.failed.push({ item, error });
      }
      if (Date.now() - began < QUIET_MS) continue;
      const so = outcome.done.length + outcome.failed.length;
      const text = t("bulk.working", { done: so, all: items.length });
      work ??= working(text, () => {
        cancelled = true;
      });
      work.say(text);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  work?.finish();
  return outcome;
}

/** Tells what came of it: all went well, or some did and why others did not. */
export function tellOutcome<T, R>(outcome: Outcome<T, R>, text: string, undo?: () => Promise<void>) {
  const first = outcome.failed[0];
  if (!first) {
    if (outcome.done.length > 0) tell(text, undo);
    return;
  }
  if (outcome.done.length === 0) {
    tellProblem(first.error);
    return;
  }
  const all = outcome.done.length + outcome.failed.length;
  tell(t("bulk.partly", { done: outcome.done.length, all, detail: asProblem(first.error).message }), undo);
}

/** For steps back: what cannot be taken back is told in the words of the first refusal. */
export function throwIfFailed<T, R>(outcome: Outcome<T, R>) {
  const first = outcome.failed[0];
  if (first) throw first.error;
}
