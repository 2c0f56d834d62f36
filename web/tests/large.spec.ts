// Large files: in parts, by several connections, and gone on with after whatever broke them off.
import { createHash } from "node:crypto";
import { closeSync, createReadStream, mkdtempSync, openSync, rmSync, utimesSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import type { Page } from "@playwright/test";
import { type HttpRequest, type PreviousUpload, Upload, type UrlStorage } from "tus-js-client";
import { expect, signIn, test } from "./support/house";
import { type Client, Server } from "./support/server";

const MIB = 2 ** 20;
/** `LARGE_MIB=2048` for a file of 2 GiB. */
const SIZE = Number(process.env.LARGE_MIB ?? 200) * MIB;
const RATE = SIZE / 10; // bytes a second, so that it can be broken off on its way
const PATIENCE = 60_000;

const panel = (page: Page) => page.getByRole("region", { name: "Uploads" });

/** A file whose bytes differ everywhere: its path and SHA-256. */
function largeFile(folder: string, name: string): { path: string; sha256: string } {
  const path = join(folder, name);
  const file = openSync(path, "w");
  const hash = createHash("sha256");
  const block = Buffer.alloc(MIB);
  for (let at = 0; at < SIZE; at += MIB) {
    for (let i = 0; i < MIB; i += 4) block.writeUInt32LE(((at + i) * 2_654_435_761) >>> 0, i);
    writeSync(file, block);
    hash.update(block);
  }
  closeSync(file);
  utimesSync(path, 1_700_000_000, 1_700_000_000);
  return { path, sha256: hash.digest("hex") };
}

async function sha256Of(server: Server, client: Client, path: string): Promise<string> {
  const answer = await fetch(`${server.address}/api/v1/files/home/${path}`, { headers: { Authorization: client.bearer } });
  const hash = createHash("sha256");
  if (!answer.body) throw new Error("an answer without a body");
  for await (const piece of Readable.fromWeb(answer.body as ReadableStream)) hash.update(piece);
  return hash.digest("hex");
}

let mostBusy = 0;

/** Bytes that the server has of uploads that are not done; and how many were being sent, at most. */
async function received(client: Client): Promise<number> {
  const { items } = await client.call<{ items: { offset: number; busy?: boolean }[] }>("GET", "/uploads?limit=1000");
  mostBusy = Math.max(mostBusy, items.filter(item => item.busy).length);
  return items.reduce((sum, item) => sum + item.offset, 0);
}

/** What a client keeps of its uploads between two runs. */
class Remembered implements UrlStorage {
  private readonly uploads = new Map<string, PreviousUpload>();
  findAllUploads = async () => [...this.uploads.values()];
  findUploadsByFingerprint = this.findAllUploads;
  removeUpload = async (key: string) => {
    this.uploads.delete(key);
  };
  addUpload = async (key: string, upload: PreviousUpload) => {
    this.uploads.set(key, upload);
    return key;
  };
}

const FLAGS = ["uploads.checkpoint=4MiB", "sessions.access_lifetime=10h"];
let server: Server;
let client: Client;
let folder: string;

test.beforeEach(async () => {
  test.setTimeout(PATIENCE * 2);
  folder = mkdtempSync(join(tmpdir(), "cairn-large-"));
  server = new Server();
  await server.start(FLAGS);
  server.addUser("root", "--admin");
  client = await server.client("root");
});
test.afterEach(async () => {
  await server.remove();
  rmSync(folder, { recursive: true });
});

async function killAndRestart() {
  const { address } = server;
  await server.kill();
  await server.start(FLAGS, address);
}

test("a large file goes on after two kills of the server and one of the browser", async ({ browser }) => {
  const { path, sha256 } = largeFile(folder, "large.bin");
  const open = async (page: Page) => {
    const tools = await page.context().newCDPSession(page);
    const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: RATE };
    await tools.send("Network.emulateNetworkConditions", slow);
  };
  let page = await (await browser.newContext()).newPage();
  await signIn(page, server, "root");
  await open(page);
  mostBusy = 0;
  const watch = (watched: Page): number[] => {
    const offsets: number[] = [];
    watched.on("request", request => {
      if (request.method() === "PATCH") offsets.push(Number(request.headers()["upload-offset"]));
    });
    return offsets;
  };
  const first = watch(page);
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Upload", exact: true }).click();
  await page.getByRole("menuitem", { name: "Upload files" }).click();
  await (await chooser).setFiles(path);
  for (const share of [0.2, 0.45]) {
    await expect.poll(() => received(client), { timeout: PATIENCE }).toBeGreaterThan(SIZE * share);
    const before = await received(client);
    await killAndRestart();
    expect(await received(client)).toBeGreaterThanOrEqual(before);
  }
  await expect.poll(() => received(client), { timeout: PATIENCE }).toBeGreaterThan(SIZE * 0.7);
  await page.context().close(); // the browser is gone, and has forgotten the file

  page = await (await browser.newContext()).newPage();
  await signIn(page, server, "root");
  const second = watch(page);
  await expect(panel(page).getByRole("heading")).toHaveText("1 upload was broken off");
  const again = page.waitForEvent("filechooser");
  await panel(page).getByRole("button", { name: "Choose the file large.bin" }).click();
  await (await again).setFiles(path);
  await expect(panel(page).getByRole("heading")).toHaveText("1 file uploaded", { timeout: PATIENCE });
  expect(await sha256Of(server, client, "large.bin")).toBe(sha256);
  expect(await received(client)).toBe(0);
  expect(mostBusy, "three connections and no more").toBe(3);
  for (const offsets of [first, second])
    expect(
      offsets.some(offset => offset > 0),
      "it went on, and did not begin anew",
    ).toBe(true);
  await page.context().close();
});

test("another file is not taken for the one that was broken off, and it can be discarded", async ({ browser }) => {
  const { path } = largeFile(folder, "large.bin");
  await client.brokenOff("large.bin", SIZE, 5);
  const page = await (await browser.newContext()).newPage();
  await signIn(page, server, "root");
  const chooser = page.waitForEvent("filechooser");
  await panel(page).getByRole("button", { name: "Choose the file large.bin" }).click();
  await (await chooser).setFiles(path);
  await expect(panel(page).getByRole("alert")).toHaveText("That is another file: its name, its size or its date differs.");
  await panel(page).getByRole("button", { name: "Discard large.bin" }).click();
  await panel(page).getByRole("button", { name: "Discard now" }).click();
  await expect(panel(page)).toHaveCount(0);
  expect((await client.call<{ items: unknown[] }>("GET", "/uploads")).items).toEqual([]);
  await page.context().close();
});

test("a large file whose name is taken is asked about before its bytes are sent, and cancelling leaves nothing", async ({
  browser,
}) => {
  const { path, sha256 } = largeFile(folder, "large.bin");
  await client.put("large.bin", "small");
  const page = await (await browser.newContext()).newPage();
  await signIn(page, server, "root");
  let patches = 0;
  page.on("request", request => {
    if (request.method() === "PATCH") patches += 1;
  });
  const choose = async () => {
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Upload", exact: true }).click();
    await page.getByRole("menuitem", { name: "Upload files" }).click();
    await (await chooser).setFiles(path);
  };
  await choose();
  await expect(panel(page).getByText("“large.bin” is here already.")).toBeVisible();
  expect(patches).toBe(0);
  await panel(page).getByRole("button", { name: "Keep both" }).click();
  await expect(panel(page).getByRole("heading")).toHaveText("1 file uploaded", { timeout: PATIENCE });
  expect(await sha256Of(server, client, "large%20(2).bin")).toBe(sha256);

  await page.route("**/uploads/*", route => (route.request().method() === "PATCH" ? undefined : route.continue()));
  await page.getByRole("button", { name: "Close the list of uploads" }).click();
  await client.call("DELETE", `/files/home/large.bin`);
  await choose();
  await expect.poll(async () => (await client.call<{ items: unknown[] }>("GET", "/uploads")).items.length).toBeGreaterThan(1);
  await panel(page).getByRole("button", { name: "Cancel large.bin" }).click();
  await expect.poll(async () => (await client.call<{ items: unknown[] }>("GET", "/uploads")).items.length).toBe(0);
  await page.context().close();
});

test("tus-js-client under Node, four parallel parts, goes on after two kills of the server and one of its own", async () => {
  const { path, sha256 } = largeFile(folder, "node.bin");
  const root = await client.root();
  const options = {
    endpoint: `${server.address}/api/v1/uploads`,
    headers: { Authorization: client.bearer },
    metadata: { name: "node.bin", parent_id: root },
    metadataForPartialUploads: { parent_id: root },
    parallelUploads: 4,
    chunkSize: 2 * MIB,
    retryDelays: Array.from({ length: 100 }, () => 100),
    urlStorage: new Remembered(),
  };
  const first = new Upload(createReadStream(path), { ...options, onError: error => console.error(String(error)) });
  first.start();
  for (const share of [0.1, 0.3]) {
    await expect.poll(() => received(client), { timeout: PATIENCE, intervals: [5] }).toBeGreaterThan(SIZE * share);
    await killAndRestart();
  }
  await expect.poll(() => received(client), { timeout: PATIENCE, intervals: [5] }).toBeGreaterThan(SIZE * 0.5);
  await first.abort();
  const offsets: number[] = [];
  await new Promise<void>((resolve, reject) => {
    const onBeforeRequest = (request: HttpRequest) => {
      if (request.getMethod() === "PATCH") offsets.push(Number(request.getHeader("Upload-Offset")));
    };
    const second = new Upload(createReadStream(path), {
      ...options,
      onBeforeRequest,
      onSuccess: () => resolve(),
      onError: reject,
    });
    second.findPreviousUploads().then(([earlier]) => {
      if (earlier) second.resumeFromPreviousUpload(earlier);
      second.start();
    }, reject);
  });
  expect(Math.min(...offsets), "each part went on from where it was").toBeGreaterThan(0);
  expect(await sha256Of(server, client, "node.bin")).toBe(sha256);
});
