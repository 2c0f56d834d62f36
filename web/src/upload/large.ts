// A large file on its way, in parts, by one connection or several. Each connection sends one piece at a time, so that it can turn to
// another file soon.
import { asProblem, type ProblemError } from "../api/problem";
import { type FileIdentity, metadataOf, type Part, partsOn, sizeOf } from "./parts";
import { beginPart, endUploads, joinParts, listUploads, sendPart } from "./tus";

const MOST_AT_ONCE = 64 * 2 ** 20; // bytes in one request: proxies take no larger ones without being told

export interface LargeRequest {
  file: File;
  identity: FileIdentity;
  /** Is told when bytes were sent, and when more connections could help. */
  onChange: () => void;
}

export class LargeSend {
  private parts: Part[] = [];
  private waiting: Part[] = [];
  /** Those that are ours: begun here, or gone on with. What another tab sends is not ours to end. */
  private readonly ours = new Set<string>();
  private readonly sending = new Map<Part, number>();
  private readonly hands = new Set<Promise<void>>();
  private joining: string[] | undefined;
  private joins = 0;
  private shown = 0;
  private hasGivenUp = false;
  private abort = new AbortController();
  private failure: unknown;
  /** Bytes that had come before this try. */
  resumed = 0;
  /** Bytes that the server has acknowledged. */
  kept = 0;

  constructor(private readonly request: LargeRequest) {}

  get identity(): FileIdentity {
    return this.request.identity;
  }

  /** Bytes that the server has, or that are on their way. It does not fall before the server has said that it must. */
  get sent(): number {
    const sum = this.parts.reduce((bytes, part) => bytes + part.offset + (this.sending.get(part) ?? 0), 0);
    this.shown = Math.max(this.shown, sum);
    return this.shown;
  }

  /** Whether another connection would have something to do. */
  wantsHelp(): boolean {
    return !this.abort.signal.aborted && this.waiting.length > 0;
  }

  /** Sends one piece by one more connection. What goes wrong is told by send(). */
  async help(): Promise<void> {
    await this.hand(() => this.sendOne()).catch(() => {});
  }

  /** Sends the file, from where an earlier try or another browser has left it. Throws ProblemError. */
  async send(onConflict: string, key: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.waiting = [];
    this.failure = undefined;
    this.abort = new AbortController();
    const stop = () => this.abort.abort();
    signal.addEventListener("abort", stop, { once: true });
    try {
      if (this.joining && (await this.wasJoined(onConflict, key))) return;
      await this.begin(onConflict);
      do {
        await this.hand(() => this.sendAll());
        while (this.hands.size > 0) await Promise.all(this.hands);
      } while (this.waiting.length > 0); // another connection has left the rest of a part
      await this.join(onConflict, key);
    } catch (error) {
      stop(); // the other connections have nothing to go on for
      throw this.failure ?? error;
    } finally {
      await Promise.allSettled(this.hands);
      signal.removeEventListener("abort", stop);
    }
  }

  /** What the server has of it goes. */
  async giveUp(): Promise<void> {
    this.hasGivenUp = true;
    this.abort.abort();
    await endUploads([...this.ours]);
  }

  private async begin(onConflict: string) {
    this.parts = partsOn(await listUploads(), this.identity);
    for (const { address, isBusy } of this.parts) if (address && !isBusy) this.ours.add(address);
    const begun: string[] = [];
    try {
      for (const part of this.parts) if (!part.address) begun.push(await this.beginOne(part, onConflict));
    } catch (error) {
      // It does not fit, or may not be here: what was reserved for it is free again.
      const isCancelled = error instanceof DOMException;
      if (!isCancelled && asProblem(error).type !== "offline") await endUploads(begun);
      throw error;
    }
    this.waiting = this.parts.filter(part => part.offset < sizeOf(part));
    this.resumed = this.parts.reduce((bytes, part) => bytes + part.offset, 0);
    this.shown = this.resumed;
    this.kept = this.resumed;
    this.request.onChange();
  }

  // Not ended in the middle: the server would begin it all the same, and nobody would know.
  private async beginOne(part: Part, onConflict: string): Promise<string> {
    const metadata = { ...metadataOf(this.identity, part), on_conflict: onConflict };
    const address = await beginPart(sizeOf(part), metadata);
    part.address = address;
    this.ours.add(address);
    if (this.hasGivenUp) await endUploads([address]);
    this.abort.signal.throwIfAborted();
    return address;
  }

  private hand(work: () => Promise<unknown>): Promise<void> {
    const working = work().then(
      () => {},
      error => {
        this.failure ??= error; // what the others end with is that they were aborted
        this.abort.abort();
        throw error;
      },
    );
    this.hands.add(working);
    const leave = () => this.hands.delete(working);
    working.then(leave, leave);
    return working;
  }

  private async sendAll() {
    while (await this.sendOne());
  }

  /** The next piece of a part that waits; false if none does. */
  private async sendOne(): Promise<boolean> {
    const part = this.waiting.shift();
    if (!part?.address) return false;
    const { file, onChange } = this.request;
    const begin = part.from + part.offset;
    const bytes = file.slice(begin, Math.min(part.to, begin + MOST_AT_ONCE));
    const onProgress = (sent: number) => {
      this.sending.set(part, sent);
      onChange();
    };
    try {
      part.offset = await sendPart(part.address, part.offset, bytes, this.abort.signal, onProgress);
      this.kept = this.parts.reduce((sum, each) => sum + each.offset, 0);
      this.ours.add(part.address);
      if (part.offset < sizeOf(part)) this.waiting.unshift(part);
    } finally {
      this.sending.delete(part);
      onChange();
    }
    return true;
  }

  private async join(onConflict: string, key: string) {
    const modified = new Date(this.request.file.lastModified).toISOString();
    const { folder, name } = this.identity;
    this.joining = this.parts.map(part => part.address ?? "");
    const metadata = { parent_id: folder, name, modified_at: modified, on_conflict: onConflict };
    await joinParts(this.joining, metadata, `${key}-${this.joins}`, this.abort.signal);
    this.parts = [];
    this.ours.clear();
  }

  /** An earlier try may have made the file, though its answer was lost: then the parts are used up. */
  private async wasJoined(onConflict: string, key: string): Promise<boolean> {
    try {
      await this.join(onConflict, key);
      return true;
    } catch (error) {
      if (!arePartsGone(asProblem(error))) throw error;
      this.joining = undefined;
      this.joins += 1;
      return false;
    }
  }
}

function arePartsGone({ status, type }: ProblemError): boolean {
  return status === 404 || status === 410 || type === "conflict" || type === "idempotency-key-reused";
}
