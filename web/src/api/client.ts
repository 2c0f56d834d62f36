// Requests to the API, typed by its contract (api/schema.d.ts is made of openapi.yaml).
import createClient, { type Middleware } from "openapi-fetch";
import { offline, problemOf } from "./problem";
import type { components, paths } from "./schema";

export type User = components["schemas"]["User"];
export type Space = components["schemas"]["Space"];
export type Node = components["schemas"]["Node"];
export type TrashItem = components["schemas"]["TrashItem"];
export type Listing = components["schemas"]["Listing"];
export type SignedInSession = components["schemas"]["SignedInSession"];

const SAFE_METHODS = ["GET", "HEAD", "OPTIONS"];

let csrfToken = "";
let onSignedOut = (_deliberate: boolean) => {};
let onStaleSession = () => {};

/** The token that each change by cookie carries: of the session that was looked up last. */
export function setCsrfToken(token: string | undefined) {
  csrfToken = token ?? "";
}
export function currentCsrfToken(): string {
  return csrfToken;
}
/** Is told when a request finds that the session has ended, or somebody has ended it here. */
export function whenSignedOut(listener: (deliberate: boolean) => void) {
  onSignedOut = listener;
}
export function tellSignedOut(deliberate: boolean) {
  onSignedOut(deliberate);
}
/** Is told when a request finds that another tab has signed in anew: its token is not ours. */
export function whenStale(listener: () => void) {
  onStaleSession = listener;
}

export function tellStale() {
  onStaleSession();
}

const guard: Middleware = {
  onRequest({ request }) {
    if (!SAFE_METHODS.includes(request.method)) request.headers.set("X-CSRF-Token", csrfToken);
  },
  onResponse({ request, response, schemaPath }) {
    const asksWhoIAm = schemaPath === "/api/v1/session" && request.method !== "DELETE";
    if (response.status === 401 && !asksWhoIAm) onSignedOut(false);
  },
};

/** `baseUrl` is absolute, since Request() in tests knows no page. */
export const api = createClient<paths>({ baseUrl: window.location.origin });
api.use(guard);

interface Answered<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The answer's content; throws ProblemError. */
export async function ok<T>(call: Promise<Answered<T>>): Promise<T> {
  let answered: Answered<T>;
  try {
    answered = await call;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw offline();
  }
  const { data, error, response } = answered;
  if (!response.ok) {
    const problem = problemOf(error, response.status, response.headers.get("Retry-After"));
    if (problem.fields["X-CSRF-Token"]) onStaleSession();
    throw problem;
  }
  return data as T; // a 2xx answer has what the contract says, or nothing where it says so
}

/** Where a file's bytes are. */
export function contentAddress(id: string, disposition: "inline" | "attachment"): string {
  return `/api/v1/nodes/${encodeURIComponent(id)}/content?disposition=${disposition}`;
}
