// What all uploads together amount to.
import type { Upload, UploadState } from "./queue";

const NEED_YOU: readonly UploadState[] = ["name-taken", "failed"];
const ACTIVE: readonly UploadState[] = ["waiting", "sending", "saving", "lost"];

export interface Sums {
  /** Files, without those that were skipped. */
  files: number;
  bytes: number;
  sentBytes: number;
  /** Of them, those that were sent in this try. */
  movedBytes: number;
  saved: number;
  waiting: number;
  needYou: number;
  isActive: boolean;
}

export function needsYou(upload: Upload): boolean {
  return NEED_YOU.includes(upload.state);
}

export function sumsOf(uploads: readonly Upload[]): Sums {
  const sums = { files: 0, bytes: 0, sentBytes: 0, movedBytes: 0, saved: 0, waiting: 0, needYou: 0, isActive: false };
  for (const upload of uploads) {
    if (upload.state === "skipped") continue;
    sums.files += 1;
    sums.bytes += upload.size;
    sums.sentBytes += Math.min(upload.sent, upload.size);
    sums.movedBytes += Math.max(0, Math.min(upload.sent, upload.size) - upload.resumed);
    if (upload.state === "saved") sums.saved += 1;
    if (upload.state === "waiting") sums.waiting += 1;
    if (needsYou(upload)) sums.needYou += 1;
    if (ACTIVE.includes(upload.state)) sums.isActive = true;
  }
  return sums;
}
