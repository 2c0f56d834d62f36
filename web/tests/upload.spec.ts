// Bringing files in: by button and by drop, whole folders, and what happens when something is in the way.
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FileChooser, Page, Route } from "@playwright/test";
import { expect, row, signIn, test } from "./support/house";
import { Server } from "./support/server";

async function choose(page: Page, kind: "Upload files" | "Upload a folder", what: Parameters<FileChooser["setFiles"]>[0]) {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Upload", exact: true }).click();
  await page.getByRole("menuitem", { name: kind }).click();
  await (await chooser).setFiles(what);
}
const file = (name: string, content: string | Buffer) => ({ name, mimeType: "text/plain", buffer: Buffer.from(content) });
const panel = (page: Page) => page.getByRole("region", { name: "Uploads" });

test("files are uploaded, at most three at a time, and come back as they were", async ({ app, person }) => {
  const held: Route[] = [];
  let isHolding = true;
  await app.route("**/children/*", route => {
    if (isHolding) held.push(route);
    else return route.continue();
  });
  const files = Array.from({ length: 12 }, (_, i) => file(`file ${i} ü.bin`, Buffer.alloc(200_000, i)));
  await choose(app, "Upload files", files);
  await expect(panel(app).getByText("9 waiting")).toBeVisible();
  await expect.poll(() => held.length).toBe(3);
  isHolding = false;
  for (const route of held) await route.continue();
  await expect(panel(app).getByRole("heading")).toHaveText("12 files uploaded");
  expect((await person.client.names()).sort()).toEqual(files.map(each => each.name).sort());

  await row(app, "file 7 ü.bin").click();
  const download = app.waitForEvent("download");
  await app.getByRole("toolbar").getByRole("button", { name: "Download" }).click();
  const got = await download;
  expect(got.suggestedFilename()).toBe("file 7 ü.bin");
  const hash = createHash("sha256");
  for await (const piece of await got.createReadStream()) hash.update(piece);
  expect(hash.digest("hex")).toBe(createHash("sha256").update(Buffer.alloc(200_000, 7)).digest("hex"));
});

test("a whole folder comes with its folders, and into those that are there", async ({ app, person }) => {
  await person.client.put("Trip/Notes/old.txt", "old");
  const here = mkdtempSync(join(tmpdir(), "cairn-folder-"));
  for (const path of ["Notes", "Photos/Day 1", "Photos/Day 2"]) mkdirSync(join(here, "Trip", path), { recursive: true });
  for (const path of ["Notes/new.txt", "Photos/Day 1/a.txt", "Photos/Day 1/empty", "Photos/Day 2/ü.txt", "top.txt"])
    writeFileSync(join(here, "Trip", path), path.endsWith("empty") ? "" : path);
  await choose(app, "Upload a folder", join(here, "Trip"));
  await expect(panel(app).getByRole("heading")).toHaveText("5 files uploaded");
  rmSync(here, { recursive: true });
  expect(await person.client.names("Trip")).toEqual(["Notes", "Photos", "top.txt"]);
  expect(await person.client.names("Trip/Notes")).toEqual(["new.txt", "old.txt"]);
  expect(await person.client.names("Trip/Photos/Day%201")).toEqual(["a.txt", "empty"]);
  expect(await person.client.names("Trip/Photos/Day%202")).toEqual(["ü.txt"]);
  await expect(row(app, "Trip")).toBeVisible();
});

test("what is dropped anywhere is uploaded, and the page says where to", async ({ app, person }) => {
  const data = await app.evaluateHandle(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(["dropped"], "dropped.txt", { type: "text/plain" }));
    return transfer;
  });
  const place = app.getByText("Nothing here yet");
  await place.dispatchEvent("dragenter", { dataTransfer: data });
  await expect(app.getByText("Drop to upload to “My files”")).toBeVisible();
  await place.dispatchEvent("dragover", { dataTransfer: data });
  await place.dispatchEvent("drop", { dataTransfer: data });
  await expect(app.getByText("Drop to upload to “My files”")).toHaveCount(0);
  await expect(panel(app).getByRole("heading")).toHaveText("1 file uploaded");
  expect(await person.client.names()).toEqual(["dropped.txt"]);
});

test("a name that is taken is asked about, once for all if wanted", async ({ app, person }) => {
  for (const name of ["a.txt", "b.txt", "c.txt"]) await person.client.put(name, "old");
  await app.reload();
  await expect(row(app, "a.txt")).toBeVisible();
  await choose(app, "Upload files", [file("a.txt", "new"), file("b.txt", "new"), file("c.txt", "new"), file("d.txt", "new")]);
  await expect(panel(app).getByRole("heading")).toHaveText("3 files need you");
  await panel(app)
    .getByRole("listitem")
    .filter({ hasText: "“a.txt” is here already." })
    .getByRole("button", { name: "Make it the new version" })
    .click();
  await expect(panel(app).getByRole("heading")).toHaveText("2 files need you");
  const next = panel(app).getByRole("listitem").filter({ hasText: "“b.txt” is here already." });
  await next.getByLabel("The same for the others").check();
  await next.getByRole("button", { name: "Keep both" }).click();
  await expect(panel(app).getByRole("heading")).toHaveText("4 files uploaded");
  expect(await person.client.names()).toEqual(["a.txt", "b (2).txt", "b.txt", "c (2).txt", "c.txt", "d.txt"]);
});

test("what does not fit is said, with the reason, and leaves nothing", async ({ browser, server }) => {
  const root = await server.client("root");
  await root.call("POST", "/users", { name: "small", password: "correct horse battery", quota_bytes: 1000 });
  const page = await (await browser.newContext()).newPage();
  await signIn(page, server, "small");
  await choose(page, "Upload files", [file("fits.txt", "x".repeat(100)), file("large.txt", "x".repeat(5000))]);
  await expect(panel(page).getByRole("heading")).toHaveText("1 file needs you");
  await expect(panel(page).getByRole("alert")).toContainText("space");
  expect(await (await server.client("small")).names()).toEqual(["fits.txt"]);
  await page.context().close();
});

test("an upload outlives a server that goes away", async ({ browser }) => {
  const server = new Server();
  await server.start();
  server.addUser("root", "--admin");
  const page = await (await browser.newContext()).newPage();
  await signIn(page, server, "root");
  const address = server.address;
  await server.stop();
  await choose(page, "Upload files", [file("patient.txt", "here I am")]);
  await expect(panel(page).getByText("Connection lost. Trying again in")).toBeVisible();
  await server.start([], address);
  await expect(panel(page).getByRole("heading")).toHaveText("1 file uploaded", { timeout: 90_000 });
  expect(await (await server.client("root")).names()).toEqual(["patient.txt"]);
  await page.context().close();
  await server.remove();
});

test("when the answer is lost on the way, the next try is told what the first one did", async ({ app, person }) => {
  let lost = 0;
  await app.route("**/children/once.txt*", async route => {
    if (lost > 0) return route.continue();
    await route.fetch(); // it reaches the server, and is kept
    lost += 1;
    await route.abort("connectionreset");
  });
  await choose(app, "Upload files", [file("once.txt", "once")]);
  await expect(panel(app).getByRole("heading")).toHaveText("1 file uploaded", { timeout: 90_000 });
  expect(lost).toBe(1);
  expect(await person.client.names()).toEqual(["once.txt"]);
});

test("an upload under way is cancelled, and nothing of it is sent any more", async ({ app, person }) => {
  const failed = app.waitForEvent("requestfailed", request => request.url().includes("slow.bin"));
  await app.route("**/children/slow.bin*", () => {}); // never answered: it stays under way
  await choose(app, "Upload files", [file("slow.bin", Buffer.alloc(1_000_000))]);
  await panel(app).getByRole("button", { name: "Cancel slow.bin" }).click();
  await failed;
  await expect(panel(app)).toHaveCount(0);
  expect(await person.client.names()).toEqual([]);
});

test("all are cancelled while their folder is still being made, and none arrives", async ({ app, person }) => {
  const here = mkdtempSync(join(tmpdir(), "cairn-folder-"));
  mkdirSync(join(here, "Trip"));
  for (const name of ["a", "b", "c", "d", "e"]) writeFileSync(join(here, "Trip", name), name);
  let goOn = () => {};
  await app.route("**/children", async route => {
    if (route.request().method() === "POST") {
      await new Promise<void>(resolve => {
        goOn = resolve;
      });
    }
    await route.continue();
  });
  await choose(app, "Upload a folder", join(here, "Trip"));
  await panel(app).getByRole("button", { name: "Cancel all" }).click();
  await panel(app).getByRole("button", { name: "Cancel 5 files" }).click();
  await expect(panel(app)).toHaveCount(0);
  goOn();
  await expect.poll(() => person.client.names()).toEqual(["Trip"]);
  await expect(row(app, "Trip")).toBeVisible({ timeout: 90_000 });
  expect(await person.client.names("Trip")).toEqual([]);
  rmSync(here, { recursive: true });
});
