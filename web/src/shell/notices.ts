// What the app has to say beside the screen, one thing at a time, and the way back from what was done.
import { asProblem } from "../api/problem";
import { t } from "../words/t";

export interface Notice {
  id: number;
  text: string;
  isProblem: boolean;
  requestId?: string | undefined;
  /** Takes it back; there is a button while the notice stands, and a key as long as the tab lives. */
  undo?: (() => Promise<void>) | undefined;
  /** Ends what is under way; the notice stands until that ends. */
  cancel?: (() => void) | undefined;
}

const MOST_STEPS = 20;
const BETWEEN_WORDS_MS = 500;

let current: Notice | undefined;
let nextId = 1;
const steps: Notice[] = [];
const listeners = new Set<() => void>();

function show(notice: Notice | undefined) {
  current = notice;
  for (const listener of listeners) listener();
}

export const notices = {
  subscribe(listener: () => void) {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  },
  current: () => current,
};

/** Says that something was done. */
export function tell(text: string, undo?: () => Promise<void>) {
  const notice = { id: nextId++, text, isProblem: false, undo };
  if (undo) {
    steps.push(notice);
    if (steps.length > MOST_STEPS) steps.shift();
  }
  show(notice);
}

/** A notice of something that goes on. */
export interface Work {
  /** How far it is; shown some times a second at most. */
  say(text: string): void;
  finish(): void;
}

/** Says that something is under way; it can be ended. */
export function working(text: string, cancel: () => void): Work {
  const id = nextId++;
  let last = 0;
  const say = (now: string) => {
    if (Date.now() - last < BETWEEN_WORDS_MS || (last > 0 && current?.id !== id)) return;
    last = Date.now();
    show({ id, text: now, isProblem: false, cancel });
  };
  say(text);
  return { say, finish: () => current?.id === id && show(undefined) };
}

/** Says that something failed, and why. */
export function tellProblem(error: unknown) {
  const problem = asProblem(error);
  show({ id: nextId++, text: problem.message, isProblem: true, requestId: problem.requestId });
}

export function dismiss(notice: Notice) {
  if (current?.id === notice.id) show(undefined);
}

let undoing: Promise<void> = Promise.resolve();

/** Takes a step back: this one, or the last. One after the other, however fast they are asked for. */
export function undo(notice?: Notice): Promise<void> {
  undoing = undoing.then(() => takeBack(notice ?? steps.at(-1)));
  return undoing;
}

async function takeBack(notice: Notice | undefined) {
  const at = notice ? steps.indexOf(notice) : -1;
  if (!notice?.undo || at < 0) return;
  steps.splice(at, 1);
  dismiss(notice);
  try {
    await notice.undo();
    tell(t("app.undone", { what: notice.text }));
  } catch (error) {
    tellProblem(error);
  }
}

/** Forgets everything: somebody else may sit here next. */
export function forgetNotices() {
  steps.length = 0;
  show(undefined);
}
