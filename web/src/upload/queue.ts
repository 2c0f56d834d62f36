// What is to be uploaded, three at a time: each file has a state that is a word and a reason, and survives a lost connection.
// Ours, not a library's: those that there are copy their whole list at each step, which thousands of files make slow.
import { asProblem, type ProblemError } from "../api/problem";
import { t } from "../words/t";
import { Folders } from "./folders";
import { isReadable, send } from "./send";

export type UploadState = "waiting" | "sending" | "saving" | "saved" | "lost" | "name-taken" | "failed";
export type ConflictAnswer = "replace" | "rename" | "skip";

export interface Chosen {
  /** Undefined for a folder that has to be there though nothing lies in it. */
  file: File | undefined;
  /** The folders from the place of the upload down to the file. */
  path: readonly string[];
}

export interface Upload {
  readonly id: string;
  readonly file: File;
  readonly name: string;
  readonly base: string;
  readonly path: readonly string[];
  state: UploadState;
  sent: number;
  reason: string | undefined;
  retryAt: number;
  tries: number;
  onConflict: "fail" | "rename" | "replace";
  abort: AbortController | undefined;
}

export interface Sums {
  files: number;
  bytes: number;
  sentBytes: number;
  saved: number;
  waiting: number;
  needYou: number;
  isActive: boolean;
}

const AT_ONCE = 3;
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 30_000;
const NEED_YOU: readonly UploadState[] = ["name-taken", "failed"];
const ACTIVE: readonly UploadState[] = ["waiting", "sending", "saving", "lost"];

/** Unique, and not a secret; crypto.randomUUID() is missing where the page came by plain HTTP. */
function freshId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, "0")).join("");
}

export class UploadQueue {
  private uploads: Upload[] = [];
  private readonly folders = new Folders();
  private running = 0;
  private answerForAll: ConflictAnswer | undefined;
  private snapshot: readonly Upload[] = [];
  private drawing = false;
  private readonly listeners = new Set<() => void>();
  /** Is told of each folder in which something new lies. */
  onSaved: (folder: string) => void = () => {};

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };
  readonly list = () => this.snapshot;

  add(base: string, chosen: readonly Chosen[]) {
    for (const { file, path } of chosen) {
      if (file) this.uploads.push(this.fresh(base, file, path));
      else this.makeFolder(base, path);
    }
    this.changed();
    this.fill();
  }

  cancel(upload: Upload) {
    upload.abort?.abort();
    this.uploads = this.uploads.filter(other => other !== upload);
    this.changed();
  }
  cancelAll() {
    for (const upload of this.uploads) upload.abort?.abort();
    this.clear();
  }
  /** Forgets all, with the folders that it knew. */
  clear() {
    this.uploads = [];
    this.answerForAll = undefined;
    this.folders.forget();
    this.changed();
  }
  retry(upload: Upload) {
    upload.state = "waiting";
    upload.retryAt = 0;
    this.changed();
    this.fill();
  }
  /** What to do with a file whose name is taken, and with all others like it. */
  answer(upload: Upload, answer: ConflictAnswer, forAll: boolean) {
    if (forAll) this.answerForAll = answer;
    const asked = forAll ? this.uploads.filter(other => other.state === "name-taken") : [upload];
    for (const each of asked) this.apply(each, answer);
    this.changed();
    this.fill();
  }

  private fresh(base: string, file: File, path: readonly string[]): Upload {
    const name = file.name.normalize("NFC");
    const start = {
      state: "waiting",
      sent: 0,
      reason: undefined,
      retryAt: 0,
      tries: 0,
      onConflict: "fail",
      abort: undefined,
    } as const;
    return { id: freshId(), file, name, base, path, ...start };
  }

  private apply(upload: Upload, answer: ConflictAnswer) {
    if (answer === "skip") {
      this.uploads = this.uploads.filter(other => other !== upload);
      return;
    }
    upload.onConflict = answer;
    upload.state = "waiting";
  }

  private async makeFolder(base: string, path: readonly string[]) {
    try {
      await this.folders.at(base, path);
      this.onSaved(base);
    } catch (error) {
      const file = new File([], path.at(-1) ?? "");
      this.uploads.push({ ...this.fresh(base, file, path), state: "failed", reason: asProblem(error).message });
      this.changed();
    }
  }

  private fill() {
    const now = Date.now();
    while (this.running < AT_ONCE) {
      const next = this.uploads.find(upload => upload.state === "waiting" || (upload.state === "lost" && upload.retryAt <= now));
      if (!next) break;
      this.run(next);
    }
  }

  private async run(upload: Upload) {
    this.running += 1;
    upload.state = "sending";
    upload.reason = undefined;
    upload.sent = 0;
    upload.abort = new AbortController();
    this.changed();
    try {
      const folder = await this.folders.at(upload.base, upload.path);
      await send({
        file: upload.file,
        folder,
        name: upload.name,
        onConflict: upload.onConflict,
        key: `${upload.id}-${upload.onConflict}`,
        signal: upload.abort.signal,
        onProgress: sent => this.progress(upload, sent),
      });
      upload.sent = upload.file.size;
      upload.state = "saved";
      this.onSaved(folder);
      if (upload.path.length > 0) this.onSaved(upload.base);
    } catch (error) {
      if (!upload.abort.signal.aborted) await this.failed(upload, asProblem(error));
    } finally {
      upload.abort = undefined;
      this.running -= 1;
      this.changed();
      this.fill();
    }
  }

  private progress(upload: Upload, sent: number) {
    upload.sent = sent;
    upload.state = sent >= upload.file.size ? "saving" : "sending";
    this.changed();
  }

  private async failed(upload: Upload, problem: ProblemError) {
    if (problem.type === "name-taken") {
      upload.state = "name-taken";
      upload.sent = 0;
      if (this.answerForAll) this.apply(upload, this.answerForAll);
      return;
    }
    const mayPass = problem.status === 0 || problem.status === 429 || problem.status === 502 || problem.status === 503;
    if (!mayPass) {
      upload.state = "failed";
      upload.reason = problem.message;
      return;
    }
    if (!(await isReadable(upload.file))) {
      upload.state = "failed";
      upload.reason = t("upload.unreadable");
      return;
    }
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** upload.tries);
    upload.tries += 1;
    upload.state = "lost";
    upload.reason = problem.status === 0 ? "lost" : "busy";
    upload.retryAt = Date.now() + Math.max(wait, (problem.retryAfterSeconds ?? 0) * 1000);
    setTimeout(() => this.fill(), upload.retryAt - Date.now());
  }

  /** Draws at most once a frame, whatever happens in it. */
  private changed() {
    if (this.drawing) return;
    this.drawing = true;
    setTimeout(() => {
      this.drawing = false;
      this.snapshot = [...this.uploads];
      for (const listener of this.listeners) listener();
    }, 16);
  }
}

export function needsYou(upload: Upload): boolean {
  return NEED_YOU.includes(upload.state);
}

export function sumsOf(uploads: readonly Upload[]): Sums {
  const sums = { files: uploads.length, bytes: 0, sentBytes: 0, saved: 0, waiting: 0, needYou: 0, isActive: false };
  for (const upload of uploads) {
    sums.bytes += upload.file.size;
    sums.sentBytes += Math.min(upload.sent, upload.file.size);
    if (upload.state === "saved") sums.saved += 1;
    if (upload.state === "waiting") sums.waiting += 1;
    if (needsYou(upload)) sums.needYou += 1;
    if (ACTIVE.includes(upload.state)) sums.isActive = true;
  }
  return sums;
}

/** The one of this tab. */
export const uploads = new UploadQueue();
