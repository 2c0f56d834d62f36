// What is to be uploaded, three at a time: each file has a state that is a word and a reason, and survives a lost connection.
// Ours, not a library's: those that there are copy their whole list at each step, which thousands of files make slow.
import { asProblem, ownProblem, type ProblemError } from "../api/problem";
import { t } from "../words/t";
import { Folders } from "./folders";
import { LargeSend } from "./large";
import { type FileIdentity, isSameFile, LARGE } from "./parts";
import { isReadable, send } from "./send";

export type UploadState = "waiting" | "sending" | "saving" | "saved" | "skipped" | "lost" | "name-taken" | "failed";
export type ConflictAnswer = "replace" | "rename" | "skip";

export interface Chosen {
  /** Undefined for a folder that has to be there though nothing lies in it. */
  file: File | undefined;
  name: string;
  /** The folders from the place of the upload down to it. */
  path: readonly string[];
  /** Why it cannot be taken, if it cannot. */
  problem?: string;
}

/** What was chosen in one go: answers and folders hold for that alone, since later the world may have changed. */
interface Batch {
  base: string;
  folders: Folders;
  answerForAll: ConflictAnswer | undefined;
}

export interface Upload {
  readonly id: string;
  readonly file: File | undefined;
  readonly name: string;
  readonly size: number;
  readonly path: readonly string[];
  readonly batch: Batch;
  /** It could not even be read: there is nothing to try again. */
  readonly isUnreadable: boolean;
  state: UploadState;
  sent: number;
  /** Bytes of them that had come in an earlier try: they say nothing of the speed. */
  resumed: number;
  reason: string | undefined;
  retryAt: number;
  tries: number;
  onConflict: "fail" | "rename" | "replace";
  abort: AbortController | undefined;
  /** Of a large file: how it is sent, in parts. */
  large: LargeSend | undefined;
}

const AT_ONCE = 3;
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 30_000;
const DRAW_MS = 16;
const TRIES_FOR_GONE = 3;
const MAY_PASS: readonly number[] = [423, 429, 502, 503, 504];

/** Unique, and not a secret; crypto.randomUUID() is missing where the page came by plain HTTP. */
function freshId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, "0")).join("");
}

function freshUpload(batch: Batch, { file, name, path, problem }: Chosen): Upload {
  const normal = name.normalize("NFC");
  const state = problem ? "failed" : "waiting";
  const start = { sent: 0, resumed: 0, retryAt: 0, tries: 0, onConflict: "fail", abort: undefined, large: undefined } as const;
  return {
    id: freshId(),
    file,
    name: normal,
    size: file?.size ?? 0,
    path,
    batch,
    isUnreadable: !!problem,
    state,
    reason: problem,
    ...start,
  };
}

export class UploadQueue {
  private uploads: Upload[] = [];
  private running = 0;
  private owner: string | undefined;
  private isPaused = false;
  private snapshot: readonly Upload[] = [];
  private isDrawing = false;
  private readonly listeners = new Set<() => void>();
  /** Is told of each folder in which something new lies. */
  onSaved: (folder: string) => void = () => {};
  /** Is told when the server has given up what was cancelled. */
  onEnded: () => void = () => {};

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };
  readonly list = () => this.snapshot;

  /** Into the folder `base`. */
  add(base: string, chosen: readonly Chosen[]) {
    const batch = { base, folders: new Folders(), answerForAll: undefined };
    for (const each of chosen) this.uploads.push(freshUpload(batch, each));
    this.changed();
    this.fill();
  }

  /** Whoever is signed in: uploads go on for the same person, and never for another one. */
  belongTo(person: string) {
    if (this.owner !== undefined && this.owner !== person) this.forgetAll();
    this.owner = person;
    this.isPaused = false;
    this.fill();
  }
  /** Nobody is signed in: nothing more is begun until belongTo(). */
  pause() {
    this.isPaused = true;
  }

  cancel(upload: Upload) {
    upload.abort?.abort();
    this.giveUp(upload);
    this.uploads = this.uploads.filter(other => other !== upload);
    this.changed();
  }
  cancelAll() {
    for (const upload of this.uploads) this.giveUp(upload);
    this.forgetAll();
  }
  /** Without telling the server: what it has can be gone on with by whoever has begun it. */
  forgetAll() {
    for (const upload of this.uploads) upload.abort?.abort();
    this.uploads = [];
    this.changed();
  }
  // What cannot be ended now is shown as broken off, and goes when its time is over.
  private giveUp(upload: Upload) {
    const ended = () => this.onEnded();
    upload.large?.giveUp().then(ended, ended);
    upload.large = undefined;
  }
  retry(upload: Upload) {
    upload.state = "waiting";
    upload.retryAt = 0;
    this.changed();
    this.fill();
  }
  /** What to do with a file whose name is taken, and with all others like it that were chosen with it. */
  answer(upload: Upload, answer: ConflictAnswer, forAll: boolean) {
    const { batch } = upload;
    if (forAll) batch.answerForAll = answer;
    const alike = this.uploads.filter(other => other.state === "name-taken" && other.batch === batch);
    for (const each of forAll ? alike : [upload]) this.apply(each, answer);
    this.changed();
    this.fill();
  }

  private fill() {
    if (this.isPaused) return;
    for (const upload of this.uploads) {
      if (this.running >= AT_ONCE) return;
      if (upload.state === "waiting") this.run(upload);
    }
    this.helpLarge();
  }

  /** What no file waits for helps a large one along. */
  private helpLarge() {
    if (this.isPaused) return;
    for (const { large } of this.uploads) {
      while (large?.wantsHelp() && this.running < AT_ONCE) {
        this.running += 1;
        large.help().finally(() => {
          this.running -= 1;
          this.fill();
        });
      }
    }
  }

  private async run(upload: Upload) {
    const { batch, path, file } = upload;
    const abort = new AbortController();
    this.running += 1;
    Object.assign(upload, { state: "sending", reason: undefined, sent: upload.large?.sent ?? 0, abort });
    this.changed();
    try {
      const folder = await batch.folders.at(batch.base, file ? path : [...path, upload.name]);
      abort.signal.throwIfAborted();
      if (file) await this.sendFile(upload, file, folder, abort.signal);
      upload.sent = upload.size;
      upload.state = "saved";
      upload.large = undefined;
      this.onSaved(folder);
      this.onSaved(batch.base);
    } catch (error) {
      if (!abort.signal.aborted) await this.failed(upload, asProblem(error));
    } finally {
      upload.abort = undefined;
      this.running -= 1;
      this.changed();
      this.fill();
    }
  }

  private sendFile(upload: Upload, file: File, folder: string, signal: AbortSignal): Promise<unknown> {
    const { name, onConflict, id } = upload;
    if (file.size >= LARGE) {
      if (upload.large && upload.large.identity.folder !== folder) this.giveUp(upload); // its folder was made anew
      upload.large ??= this.largeSend(upload, file, folder);
      return upload.large.send(onConflict, `${id}-${onConflict}`, signal);
    }
    const onProgress = (sent: number) => {
      upload.sent = sent;
      upload.state = sent >= upload.size ? "saving" : "sending";
      this.changed();
    };
    return send({ file, folder, name, onConflict, key: `${id}-${onConflict}`, signal, onProgress });
  }

  private largeSend(upload: Upload, file: File, folder: string) {
    const identity: FileIdentity = { folder, name: upload.name, size: file.size, modified: file.lastModified };
    const isSame = (other: Upload) => other !== upload && other.large && isSameFile(other.large.identity, identity);
    if (this.uploads.some(isSame)) throw ownProblem(t("upload.twice"));
    const large: LargeSend = new LargeSend({
      file,
      identity,
      onChange: () => {
        if (large.kept > large.resumed) upload.tries = 0;
        upload.sent = large.sent;
        upload.resumed = large.resumed;
        if (upload.state === "sending" || upload.state === "saving")
          upload.state = upload.sent >= upload.size ? "saving" : "sending";
        this.changed();
        this.helpLarge();
      },
    });
    return large;
  }

  private async failed(upload: Upload, problem: ProblemError) {
    const { file, batch } = upload;
    upload.sent = upload.large?.sent ?? 0;
    if (problem.status === 401) {
      this.pause();
      upload.state = "waiting";
    } else if (problem.fields["X-CSRF-Token"]) {
      this.waitAndRetry(upload, problem); // another tab has signed in anew: the token is on its way
    } else if (problem.type === "name-taken" && upload.onConflict === "fail") {
      upload.state = "name-taken";
      if (batch.answerForAll) this.apply(upload, batch.answerForAll);
    } else if (upload.large && this.mayGoOn(upload, problem)) {
      this.waitAndRetry(upload, problem);
    } else if (problem.type !== "offline" && (problem.type === "too-many-uploads" || !MAY_PASS.includes(problem.status))) {
      // A folder that was there is not any more: another try looks for it anew.
      if (problem.status === 404) batch.folders.forget();
      Object.assign(upload, { state: "failed", reason: problem.message });
    } else if (file && !(await isReadable(file))) {
      Object.assign(upload, { state: "failed", reason: t("upload.unreadable") });
    } else {
      this.waitAndRetry(upload, problem);
    }
  }

  /** What was sent last is only now being kept, or a part has gone: the next try asks what the server has. */
  private mayGoOn(upload: Upload, problem: ProblemError): boolean {
    const isGone = problem.status === 404 || problem.status === 410;
    return !!problem.fields["Upload-Offset"] || (isGone && upload.tries < TRIES_FOR_GONE);
  }

  private waitAndRetry(upload: Upload, problem: ProblemError) {
    const wait = Math.max(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** upload.tries), (problem.retryAfterSeconds ?? 0) * 1000);
    const reason = reasonOf(problem);
    Object.assign(upload, { state: "lost", reason, tries: upload.tries + 1, retryAt: Date.now() + wait });
    setTimeout(() => {
      if (upload.state === "lost") this.retry(upload);
    }, wait);
  }

  private apply(upload: Upload, answer: ConflictAnswer) {
    if (answer === "skip") {
      this.giveUp(upload);
      upload.state = "skipped";
      return;
    }
    upload.onConflict = answer;
    upload.state = "waiting";
  }

  /** Draws at most once a frame, whatever happens in it. */
  private changed() {
    if (this.isDrawing) return;
    this.isDrawing = true;
    setTimeout(() => {
      this.isDrawing = false;
      this.snapshot = [...this.uploads];
      for (const listener of this.listeners) listener();
    }, DRAW_MS);
  }
}

function reasonOf({ type, status }: ProblemError): "lost" | "locked" | "busy" {
  if (type === "offline") return "lost";
  return status === 423 || status === 409 ? "locked" : "busy";
}

/** The one of this tab. */
export const uploads = new UploadQueue();
