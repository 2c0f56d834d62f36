// One file on its way to the server, as one request. XMLHttpRequest, since fetch tells nothing of what it has sent.
import { currentCsrfToken, type Node, tellSignedOut, tellStale } from "../api/client";
import { offline, type ProblemError, problemOf } from "../api/problem";

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

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusal(body: unknown, request: XMLHttpRequest): ProblemError {
  const problem = problemOf(body, request.status, request.getResponseHeader("Retry-After"));
  if (problem.fields["X-CSRF-Token"]) tellStale();
  return problem;
}

/** The new file; throws ProblemError, `offline` if the connection broke. */
export function send({ file, folder, name, onConflict, key, onProgress, signal }: SendRequest): Promise<Node> {
  const modified = new Date(file.lastModified).toISOString();
  const query = new URLSearchParams({ on_conflict: onConflict, modified_at: modified });
  const address = `/api/v1/nodes/${folder}/children/${encodeURIComponent(name)}?${query}`;
  const cancelled = () => new DOMException("cancelled", "AbortError");
  if (signal.aborted) return Promise.reject(cancelled());
  return new Promise((resolve, reject: (problem: ProblemError | DOMException) => void) => {
    const request = new XMLHttpRequest();
    request.open("PUT", address);
    request.setRequestHeader("X-CSRF-Token", currentCsrfToken());
    request.setRequestHeader("Idempotency-Key", key);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = event => onProgress(event.loaded);
    request.onload = () => {
      const body = parsed(request.responseText);
      if (request.status === 401) tellSignedOut(false);
      if (request.status >= 200 && request.status < 300) resolve(body as Node);
      else reject(refusal(body, request));
    };
    request.onerror = () => reject(offline());
    request.onabort = () => reject(cancelled());
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
  });
}

/** Whether the file can still be read: it may have been changed or removed since it was chosen. */
export async function isReadable(file: File): Promise<boolean> {
  try {
    await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
