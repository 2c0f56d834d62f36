// A small file on its way to the server, as one request.
import type { Node } from "../api/client";
import { sendBytes } from "./request";

export interface SendRequest {
  file: File;
  folder: string;
  name: string;
  onConflict: "fail" | "rename" | "replace";
  /** The same for each try: if an answer is lost, the next try is told what the first one did. */
  key: string;
  onProgress: (sent: number) => void;
  signal: AbortSignal;
}

/** The new file; throws as sendBytes(). */
export async function send({ file, folder, name, onConflict, key, onProgress, signal }: SendRequest): Promise<Node> {
  const modified = new Date(file.lastModified).toISOString();
  const query = new URLSearchParams({ on_conflict: onConflict, modified_at: modified });
  const address = `/api/v1/nodes/${folder}/children/${encodeURIComponent(name)}?${query}`;
  const headers = { "Idempotency-Key": key, "Content-Type": "application/octet-stream" };
  const answer = await sendBytes({ method: "PUT", address, headers, body: file, signal, onProgress });
  return answer.body as Node;
}

/** Whether the file can still be read: it may have been changed or removed since it was chosen. */
export async function isReadable(file: File): Promise<boolean> {
  try {
    const ends = [file.slice(0, 1), file.slice(-1)];
    await Promise.all(ends.map(end => end.arrayBuffer()));
    return true;
  } catch {
    return false;
  }
}
