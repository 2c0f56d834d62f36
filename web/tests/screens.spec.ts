// Each screen as it looks: light and dark, wide and narrow. Pictures go to build/screens, with a page that shows them all; each is
// examined by axe, and must not scroll sideways down to 320 px.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import type { Browser, Page } from "@playwright/test";
import { furnish } from "./support/content";
import { expect, row, test } from "./support/house";
import { Server } from "./support/server";

const OUT = join(import.meta.dirname, "../../build/screens");
const THEMES = ["light", "dark"] as const;
const WIDTHS = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
] as const;
const NARROWEST = 320;
const taken: string[] = [];

/** What is wrong with the screen, in axe's words; nothing that is not serious. */
async function complaints(page: Page): Promise<string[]> {
  // The browser's own viewer of PDFs is not ours to mend.
  const { violations } = await new AxeBuilder({ page }).exclude("iframe").analyze();
  return violations
    .filter(each => each.impact === "serious" || each.impact === "critical")
    .map(each => `${each.id}: ${each.nodes.map(node => `${node.failureSummary} ${node.html}`).join(" ")}`);
}

function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** Extensions that are not seen whole: clipped by their cell, or by the row. */
function cutExtensions(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("bdi + span")]
      .filter(each => {
        const cell = each.closest("[role=gridcell], td, li, header");
        return cell && each.offsetParent !== null && each.getBoundingClientRect().right > cell.getBoundingClientRect().right + 1;
      })
      .map(each => each.parentElement?.title ?? ""),
  );
}

/** Nothing moves any more (all motion is switched off, but for what browsers do by themselves), and what was said is drawn. */
async function drawn(page: Page): Promise<void> {
  await page.waitForLoadState("networkidle");
  await page.evaluate(async () => {
    const frame = () => new Promise(resolve => requestAnimationFrame(resolve));
    await frame();
    await Promise.allSettled(document.getAnimations().map(animation => animation.finished));
    await frame();
  });
}

async function look(page: Page, name: string): Promise<void> {
  mkdirSync(OUT, { recursive: true });
  for (const theme of THEMES) {
    await page.evaluate(scheme => document.documentElement.setAttribute("data-mantine-color-scheme", scheme), theme);
    for (const size of WIDTHS) {
      await page.setViewportSize(size);
      await drawn(page);
      const file = `${name}-${size.width}-${theme}.png`;
      await page.screenshot({ path: join(OUT, file) });
      taken.push(file);
      if (theme === "light" || size.width === WIDTHS[0].width) expect.soft(await complaints(page), `${file}: axe`).toEqual([]);
      expect.soft(await sidewaysScroll(page), `${file}: scrolls sideways`).toBe(0);
      expect.soft(await cutExtensions(page), `${file}: extensions cut`).toEqual([]);
    }
    await page.setViewportSize({ width: NARROWEST, height: 640 });
    expect.soft(await sidewaysScroll(page), `${name} at ${NARROWEST} px`).toBe(0);
  }
  await page.setViewportSize(WIDTHS[0]);
}

test("each screen is as it should be, in both themes, wide and narrow", async ({ browser }: { browser: Browser }) => {
  test.setTimeout(900_000);
  const home = new Server();
  await home.start();
  const page = await (await browser.newContext({ reducedMotion: "reduce" })).newPage();

  await test.step("setting up", async () => {
    await page.goto(home.address);
    await expect(page.getByRole("heading", { name: "Set up Cairn" })).toBeVisible();
    await look(page, "setup");
    await page.getByLabel("Setup code").fill(home.setupCode());
    await page.getByLabel("User name").fill("ingrid");
    await page.getByLabel("Your name").fill("Ingrid Solberg");
    await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
    await page.getByRole("button", { name: "Make the account" }).click();
    await expect(page.getByRole("heading", { name: "Keep the recovery code" })).toBeVisible();
    await look(page, "recovery");
    await page.getByLabel("I keep it").check();
    await page.getByRole("button", { name: "Go to your files" }).click();
  });

  await test.step("an empty home", async () => {
    await expect(page.getByText("Nothing here yet")).toBeVisible();
    await look(page, "empty");
  });

  await test.step("signing in", async () => {
    const other = await page.context().browser()?.newContext({ reducedMotion: "reduce" });
    const stranger = await other?.newPage();
    if (!stranger) throw new Error("no browser");
    await stranger.goto(home.address);
    await expect(stranger.getByRole("heading", { name: "Sign in" })).toBeVisible();
    await look(stranger, "sign-in");
    await stranger.getByLabel("User name").fill("ingrid");
    await stranger.getByLabel("Password", { exact: true }).fill("wrong");
    await stranger.getByRole("button", { name: "Sign in" }).click();
    await expect(stranger.getByRole("alert")).toHaveText("Name or password is not right.");
    await look(stranger, "sign-in-wrong");
    await other?.close();
  });

  await test.step("files", async () => {
    await furnish(await home.client("ingrid"));
    await page.reload();
    await expect(row(page, "deploy.sh")).toBeVisible();
    await look(page, "files");
    await row(page, "Rondane ridge.png").click();
    await page.keyboard.press("Shift+ArrowDown");
    await look(page, "files-selected");
    await row(page, "shot-list.csv").click({ button: "right" });
    await look(page, "files-menu");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
  });

  await test.step("dialogs", async () => {
    await page.getByRole("button", { name: "New folder" }).click();
    await page.getByLabel("Name", { exact: true }).fill("a/b");
    await look(page, "new-folder");
    await page.keyboard.press("Escape");
    await row(page, "03 Stills").click();
    await page.getByRole("toolbar").getByRole("button", { name: "Move" }).click();
    await page.getByRole("dialog").getByRole("treeitem", { name: "Kart og terreng" }).click();
    await look(page, "move");
    await page.keyboard.press("Escape");
  });

  await test.step("previews", async () => {
    for (const [name, picture] of [
      ["Rondane ridge.png", "preview-image"],
      ["Field notes, week 34.md", "preview-text"],
      ["Tunnel, first take.webm", "preview-video"],
      ["Interview Łucja.wav", "preview-audio"],
      ["Screening contract.pdf", "preview-pdf"],
    ] as const) {
      await row(page, name).dblclick();
      await expect(page.getByRole("dialog", { name: `Preview of ${name}` })).toBeVisible();
      if (picture === "preview-pdf") await page.waitForTimeout(2_000); // the browser's viewer tells nobody when it is done
      await look(page, picture);
      await page.keyboard.press("Escape");
    }
  });

  await test.step("trash", async () => {
    for (const name of ["deploy.sh", "03 Stills"]) {
      await row(page, name).click();
      await page.keyboard.press("Delete");
      await expect(page.getByRole("status").getByText("moved to trash")).toBeVisible();
    }
    await look(page, "files-undo");
    await page.getByRole("link", { name: "Trash" }).first().click();
    await page.getByRole("checkbox", { name: "Select deploy.sh" }).check();
    await look(page, "trash");
    await page.getByRole("button", { name: "Empty trash" }).click();
    await look(page, "trash-ask");
    await page.keyboard.press("Escape");
  });

  await test.step("account and users", async () => {
    home.addUser("tomas", "--display-name", "Tomáš Novák");
    home.addUser("zoe", "--display-name", "Zoë Brückner");
    await page.goto(`${home.address}/account`);
    await expect(page.getByText("This device")).toBeVisible();
    await look(page, "account");
    await page.goto(`${home.address}/users`);
    await expect(page.getByText("Tomáš Novák")).toBeVisible();
    await look(page, "users");
    await page.getByRole("button", { name: "Add user" }).click();
    await look(page, "users-add");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Edit Zoë Brückner" }).click();
    await look(page, "users-edit");
    await page.getByRole("button", { name: "Remove…" }).click();
    await look(page, "users-remove");
    await page.keyboard.press("Escape");
  });

  await test.step("what is not there", async () => {
    await page.goto(`${home.address}/files/node_01h455vb4pex5vsknk084sn02q`);
    await expect(page.getByText("This did not load")).toBeVisible();
    await look(page, "missing");
  });

  await test.step("uploads", async () => {
    await (await home.client("ingrid")).brokenOff("Tunnel, second take, graded.mov", 9_400_000, 5_300_000);
    await page.goto(`${home.address}/files`);
    await expect(page.getByRole("heading", { name: "1 upload was broken off" })).toBeVisible();
    await look(page, "upload-broken-off");
    await expect(row(page, "shot-list.csv")).toBeVisible();
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Upload", exact: true }).click();
    await page.getByRole("menuitem", { name: "Upload files" }).click();
    const file = (name: string) => ({ name, mimeType: "text/csv", buffer: Buffer.from("a,b\n") });
    await (await chooser).setFiles([file("shot-list.csv"), file("A012_C004_1119.csv"), file("Svalbard.csv")]);
    await expect(page.getByText("“shot-list.csv” is here already.")).toBeVisible();
    await look(page, "upload");
  });

  await page.context().close();
  await home.remove();
  const figures = taken.map(file => `<figure><img src="${file}" loading="lazy" alt=""><figcaption>${file}</figcaption></figure>`);
  const style =
    "body{font:14px sans-serif;display:flex;flex-wrap:wrap;gap:16px}img{height:420px;border:1px solid #ccc}figure{margin:0}";
  const title = `<!doctype html><meta charset="utf-8"><title>Screens</title><style>${style}</style>`;
  writeFileSync(join(OUT, "index.html"), `${title}${figures.join("\n")}`);
});
