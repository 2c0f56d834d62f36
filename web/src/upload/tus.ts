// The requests of the tus protocol 1.0.0 (https://tus.io/protocols/resumable-upload).
import { api, ok } from "../api/client";
import { asProblem } from "../api/problem";
import type { ServerUpload } from "./parts";
import { type BytesAnswer, sendBytes } from "./request";

const TUS = { "Tus-Resumable": "1.0.0" };
const PAGE = 1000;

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

function encoded(metadata: Record<string, string>): string {
  return Object.entries(metadata)
    .map(([key, value]) => `${key} ${base64(value)}`)
    .join(",");
}

function addressIn(answer: BytesAnswer): string {
  return answer.header("Location") ?? "";
}

/** Begins a part: its address. */
export async function beginPart(size: number, metadata: Record<string, string>): Promise<string> {
  const headers = { ...TUS, "Upload-Concat": "partial", "Upload-Length": String(size), "Upload-Metadata": encoded(metadata) };
  return addressIn(await sendBytes({ method: "POST", address: "/api/v1/uploads", headers }));
}

/** Sends bytes of an upload from `offset` on: how far it is then. */
export async function sendPart(
  address: string,
  offset: number,
  body: Blob,
  signal: AbortSignal,
  onProgress: (sent: number) => void,
): Promise<number> {
  const headers = { ...TUS, "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" };
  const answer = await sendBytes({ method: "PATCH", address, headers, body, signal, onProgress });
  return Number(answer.header("Upload-Offset"));
}

/** Makes the file of its parts. The same `key` gives the same answer, should it be lost. */
export async function joinParts(
  addresses: readonly string[],
  metadata: Record<string, string>,
  key: string,
  signal: AbortSignal,
): Promise<void> {
  const parts = { "Upload-Concat": `final;${addresses.join(" ")}`, "Upload-Metadata": encoded(metadata) };
  await sendBytes({ method: "POST", address: "/api/v1/uploads", headers: { ...TUS, ...parts, "Idempotency-Key": key }, signal });
}

let ending: Promise<unknown> = Promise.resolve();

/** Ends uploads, one after the other, whoever asks: connections are few. Throws ProblemError if one could not be ended. */
export function endUploads(addresses: readonly string[]): Promise<void> {
  const ended = ending.then(async () => {
    for (const address of addresses) await endUpload(address);
  });
  ending = ended.catch(() => {});
  return ended;
}

async function endUpload(address: string): Promise<void> {
  try {
    await sendBytes({ method: "DELETE", address, headers: TUS });
  } catch (error) {
    const { status } = asProblem(error);
    if (status !== 404 && status !== 410) throw error; // it is gone already
  }
}

/** All that is under way, of this person, begun here or elsewhere. */
export async function listUploads(): Promise<ServerUpload[]> {
  const all: ServerUpload[] = [];
  for (let cursor: string | undefined; ; ) {
    const query = cursor ? { limit: PAGE, cursor } : { limit: PAGE };
    const page: { items: ServerUpload[]; next_cursor?: string } = await ok(api.GET("/api/v1/uploads", { params: { query } }));
    all.push(...page.items);
    cursor = page.next_cursor;
    if (!cursor) return all;
  }
}
