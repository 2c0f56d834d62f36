// The first day: set up, bring a folder of 500 mixed files in, take them out again by the browser, and by `cairn export` once the
// server is gone. Every byte is the same each time.
import { createHash } from "node:crypto";
import {
  createReadStream,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import type { Download, Page } from "@playwright/test";
import { expect, row, test } from "./support/house";
import { PASSWORD, Server } from "./support/server";

const FILES = 500;
const TWO_GIB = 2 ** 31;
const ROOM_WANTED = 6 * TWO_GIB; // it lies in the store, in the browser's downloads and in the export
const LARGE = Number(process.env.LARGE_FILE_BYTES ?? (roomIn(tmpdir()) > ROOM_WANTED ? TWO_GIB : TWO_GIB / 16));
const FOLDERS = ["Photos", "Größe & Maße", "契約"];

function roomIn(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(piece);
  return hash.digest("hex");
}

/** Bytes that do not repeat from file to file, so that one in the place of another would be seen. */
function content(i: number): Buffer {
  if (i % 25 === 0) return Buffer.alloc(0);
  return Buffer.alloc((i * 7919) % 90_000, `file ${i}, `);
}

function nameOf(i: number): string {
  const kinds = [
    `photo ${i}.jpg`,
    `Übersicht ${i}.txt`,
    `смета ${i}.csv`,
    `mémo ${i}`,
    `${i} & 100%.md`,
    `…${i}#?.bin`,
    `مخطط ${i}.txt`,
  ];
  return kinds[i % kinds.length] ?? String(i);
}

/** Mostly a hole, so that making it is quick; what matters is at its ends and in its middle. */
function makeLarge(path: string) {
  const file = openSync(path, "w");
  for (const at of [0, LARGE / 2 - 3, LARGE - 9]) writeSync(file, "a mark in", at);
}

function makeFolder(folder: string) {
  for (const name of FOLDERS) mkdirSync(join(folder, name), { recursive: true });
  for (let i = 0; i < FILES - 1; i++) writeFileSync(join(folder, FOLDERS[i % FOLDERS.length] ?? "", nameOf(i)), content(i));
  makeLarge(join(folder, FOLDERS[0] ?? "", "the long film.mov"));
}

async function hashesBelow(folder: string): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
    const whole = join(folder, path);
    if (statSync(whole).isFile()) hashes[relative(folder, whole)] = await hashOf(whole);
  }
  return hashes;
}

async function setUp(page: Page, server: Server) {
  await page.goto(server.address);
  await page.getByLabel("Setup code").fill(server.setupCode());
  await page.getByLabel("User name").fill("ingrid");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Make the account" }).click();
  await page.getByLabel("I keep it").check();
  await page.getByRole("button", { name: "Go to your files" }).click();
}

/** Everything in the folder that is open, by the browser's own downloads. */
async function downloadAll(page: Page, count: number, into: Record<string, string>, folder: string) {
  const begun: Download[] = [];
  const collect = (download: Download) => begun.push(download);
  page.on("download", collect);
  await page.getByRole("grid").focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Shift+D");
  await expect.poll(() => begun.length, { timeout: 600_000 }).toBe(count);
  page.off("download", collect);
  for (const download of begun) {
    into[join(folder, download.suggestedFilename())] = await hashOf(await download.path());
    await download.delete();
  }
}

test("500 mixed files come back as they were, by the browser and by export", async ({ browser }) => {
  test.setTimeout(1_800_000);
  console.log(`the largest file: ${LARGE} bytes`);
  const server = new Server();
  await server.start();
  const scratch = mkdtempSync(join(tmpdir(), "cairn-trip-"));
  const trip = join(scratch, "Trip");
  makeFolder(trip);
  const wanted = await hashesBelow(trip);
  expect(Object.keys(wanted)).toHaveLength(FILES);

  const page = await (await browser.newContext({ acceptDownloads: true })).newPage();
  await setUp(page, server);
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Upload a folder" }).click();
  await (await chooser).setFiles(trip);
  const panel = page.getByRole("region", { name: "Uploads" });
  await expect(panel.getByRole("heading", { name: `${FILES} files uploaded` })).toBeVisible({ timeout: 1_200_000 });

  await row(page, "Trip").dblclick();
  const downloaded: Record<string, string> = {};
  for (const folder of FOLDERS) {
    await row(page, folder).dblclick();
    await expect(page.getByRole("heading", { name: folder })).toBeVisible();
    const count = Object.keys(wanted).filter(path => path.startsWith(folder)).length;
    await downloadAll(page, count, downloaded, folder);
    await page.goBack();
  }
  // A browser may write some letters of a name otherwise; the bytes tell which file it is.
  expect(Object.values(downloaded).sort()).toEqual(Object.values(wanted).sort());

  await page.context().close();
  await server.stop();
  const out = join(scratch, "out");
  server.command("export", out);
  expect(await hashesBelow(join(out, "ingrid", "Trip"))).toEqual(wanted);
  await server.remove();
  rmSync(scratch, { recursive: true });
});
