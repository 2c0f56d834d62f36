// A large file on its way, in parts, by one connection or several.
import { asProblem } from "../api/problem";
import { type FileIdentity, metadataOf, type Part, partsOn } from "./parts";
import { beginPart, endUpload, joinParts, listUploads, sendPart } from "./tus";

const BEGUN_AT_ONCE = 3;

export interface LargeRequest {
  file: File;
  identity: FileIdentity;
  /** Is told when bytes were sent, and when more connections could help. */
  onChange: () => void;
}

export class LargeSend {
  private parts: Part[] = [];
  private waiting: Part[] = [];
  private readonly sending = new Map<Part, number>();
  private hands = new Set<Promise<void>>();
  private joining: string[] | undefined;
  private abort = new AbortController();
  private failure: unknown;

  constructor(private readonly request: LargeRequest) {}

  /** Bytes that the server has, or that are on their way. */
  get sent(): number {
    let sum = 0;
    for (const part of this.parts) sum += part.offset + (this.sending.get(part) ?? 0);
    return sum;
  }

  /** Whether another connection would have something to do. */
  wantsHelp(): boolean {
    return !this.abort.signal.aborted && this.waiting.length > 0;
  }

  /** Sends parts by one more connection, until none waits. What goes wrong is told by send(). */
  async help(): Promise<void> {
    await this.hand().catch(() => {});
  }

  /** Sends the file, from where an earlier try or another browser has left it. Throws ProblemError. */
  async send(onConflict: string, key: string, signal: AbortSignal): Promise<void> {
    this.abort = new AbortController();
    this.failure = undefined;
    const stop = () => this.abort.abort();
    signal.addEventListener("abort", stop, { once: true });
    try {
      if (this.joining && (await this.wasJoined(onConflict, key))) return;
      await this.begin(onConflict);
      this.waiting = this.parts.filter(part => part.offset < part.to - part.from);
      this.request.onChange();
      await this.hand();
      while (this.hands.size > 0) await Promise.all(this.hands);
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
  giveUp() {
    this.abort.abort();
    for (const { address } of this.parts) if (address) endUpload(address).catch(() => {});
  }

  private async begin(onConflict: string) {
    const { identity } = this.request;
    this.parts = partsOn(await listUploads(), identity);
    const missing = this.parts.filter(part => !part.address);
    const beginNext = async () => {
      const part = missing.shift();
      if (!part) return;
      const metadata = { ...metadataOf(identity, part), on_conflict: onConflict };
      part.address = await beginPart(part.to - part.from, metadata, this.abort.signal);
    };
    const beginAll = async () => {
      while (missing.length > 0) await beginNext();
    };
    // The first alone: if the name is taken, or the space is full, that is all.
    await beginNext();
    await Promise.all(Array.from({ length: BEGUN_AT_ONCE }, beginAll));
  }

  private hand(): Promise<void> {
    const working = this.sendWaiting().catch(error => {
      this.failure ??= error; // what the others end with is that they were aborted
      this.abort.abort();
      throw error;
    });
    this.hands.add(working);
    const leave = () => this.hands.delete(working);
    working.then(leave, leave);
    return working;
  }

  private async sendWaiting() {
    for (let part = this.waiting.shift(); part; part = this.waiting.shift()) await this.sendOne(part);
  }

  private async sendOne(part: Part) {
    const { file, onChange } = this.request;
    const bytes = file.slice(part.from + part.offset, part.to);
    const onProgress = (sent: number) => {
      this.sending.set(part, sent);
      onChange();
    };
    try {
      part.offset = await sendPart(part.address ?? "", part.offset, bytes, this.abort.signal, onProgress);
    } finally {
      this.sending.delete(part);
      onChange();
    }
  }

  private async join(onConflict: string, key: string) {
    const { file, identity } = this.request;
    const modified = new Date(file.lastModified).toISOString();
    const metadata = { parent_id: identity.folder, name: identity.name, modified_at: modified, on_conflict: onConflict };
    this.joining = this.parts.map(part => part.address ?? "");
    await joinParts(this.joining, metadata, key, this.abort.signal);
    this.parts = [];
  }

  /** An earlier try may have made the file, though its answer was lost: then the parts are used up. */
  private async wasJoined(onConflict: string, key: string): Promise<boolean> {
    try {
      await this.join(onConflict, key);
      return true;
    } catch (error) {
      const { status, type } = asProblem(error);
      const mayPass = status === 0 || status >= 500;
      if (type === "name-taken" || mayPass) throw error;
      this.joining = undefined;
      return false;
    }
  }
}
