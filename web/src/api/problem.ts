// What went wrong, as the server or the network says it.

import { t } from "../words/t";
import type { components } from "./schema";

export type Problem = components["schemas"]["Problem"];

const TYPE_PREFIX = "/problems/";

/** A request that failed. `message` is a sentence for people. */
export class ProblemError extends Error {
  /** The last part of the problem's type, `name-taken`; `offline` if there was no answer. */
  readonly type: string;
  readonly status: number;
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  /** The fields at fault, by name. */
  readonly fields: Readonly<Record<string, string>>;

  constructor(type: string, status: number, detail: string, more: { problem?: Problem; retryAfter?: number } = {}) {
    super(detail);
    this.name = "ProblemError";
    this.type = type;
    this.status = status;
    this.requestId = more.problem?.request_id;
    this.retryAfterSeconds = more.retryAfter;
    const fields: Record<string, string> = {};
    for (const error of more.problem?.errors ?? []) fields[error.pointer.replace(/^\//, "")] = error.detail;
    this.fields = fields;
  }
}

function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && "type" in value && "detail" in value;
}

export function problemOf(body: unknown, status: number, retryAfter: string | null): ProblemError {
  const seconds = retryAfter ? Number.parseInt(retryAfter, 10) : Number.NaN;
  const more = Number.isNaN(seconds) ? {} : { retryAfter: seconds };
  if (!isProblem(body)) return new ProblemError("unknown", status, t("problem.unknown"), more);
  return new ProblemError(body.type.replace(TYPE_PREFIX, ""), status, body.detail, { ...more, problem: body });
}

export function offline(): ProblemError {
  return new ProblemError("offline", 0, t("problem.offline"));
}

/** Something that this page itself has to say. */
export function ownProblem(text: string): ProblemError {
  return new ProblemError("own", 0, text);
}

/** Whatever was thrown, as a problem: what is none is a defect of ours. */
export function asProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  console.error(error);
  return new ProblemError("unknown", 0, t("problem.unknown"));
}
