// One request that carries bytes of a file. XMLHttpRequest, since fetch tells nothing of what it has sent.
import { currentCsrfToken, tellSignedOut, tellStale } from "../api/client";
import { offline, type ProblemError, problemOf } from "../api/problem";

export interface BytesRequest {
  method: "PUT" | "PATCH" | "POST" | "DELETE";
  address: string;
  headers: Record<string, string>;
  body?: Blob;
  signal?: AbortSignal;
  onProgress?: (sent: number) => void;
}

export interface BytesAnswer {
  body: unknown;
  header: (name: string) => string | null;
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

/** The answer, if it is a good one; throws ProblemError, `offline` if the connection broke. */
export function sendBytes({ method, address, headers, body, signal, onProgress }: BytesRequest): Promise<BytesAnswer> {
  const cancelled = () => new DOMException("cancelled", "AbortError");
  if (signal?.aborted) return Promise.reject(cancelled());
  return new Promise((resolve, reject: (problem: ProblemError | DOMException) => void) => {
    const request = new XMLHttpRequest();
    request.open(method, address);
    request.setRequestHeader("X-CSRF-Token", currentCsrfToken());
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    if (onProgress) request.upload.onprogress = event => onProgress(event.loaded);
    request.onload = () => {
      const answer = parsed(request.responseText);
      if (request.status === 401) tellSignedOut(false);
      if (request.status >= 200 && request.status < 300)
        resolve({ body: answer, header: name => request.getResponseHeader(name) });
      else reject(refusal(answer, request));
    };
    request.onerror = () => reject(offline());
    request.onabort = () => reject(cancelled());
    signal?.addEventListener("abort", () => request.abort(), { once: true });
    request.send(body);
  });
}
