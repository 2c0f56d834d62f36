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

/** Says how far something is; the function takes the notice away. */
export function working(text: string, cancel: () => void): () => void {
  const notice = { id: nextId++, text, isProblem: false, cancel };
  show(notice);
  return () => {
    if (current?.cancel) show(undefined);
  };
}

/** Says that something failed, and why. */
export function tellProblem(error: unknown) {
  const problem = asProblem(error);
  show({ id: nextId++, text: problem.message, isProblem: true, requestId: problem.requestId });
}

export function dismiss(notice: Notice) {
  if (current?.id === notice.id) show(undefined);
}

/** Takes a step back: this one, or the last. */
export async function undo(notice: Notice | undefined = steps.at(-1)) {
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
