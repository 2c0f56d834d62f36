// What people do with files and folders, by hand and by keys.
import type { Page } from "@playwright/test";
import { expect, row, signIn, test } from "./support/house";
import { PASSWORD } from "./support/server";

const PAGE_ROWS = 200;

function grid(page: Page) {
  return page.getByRole("grid");
}
async function names(page: Page): Promise<string[]> {
  return page
    .locator("[role=row][data-index] [title]:has(bdi)")
    .evaluateAll(all => all.map(each => each.getAttribute("title") ?? ""));
}
async function selected(page: Page): Promise<string[]> {
  const chosen = page.locator("[role=row][aria-selected=true] [title]:has(bdi)");
  return chosen.evaluateAll(all => all.map(each => each.getAttribute("title") ?? ""));
}
async function lay(page: Page, client: { put: (path: string, content: string) => Promise<unknown> }, ...paths: string[]) {
  for (const path of paths) await client.put(path, path);
  await page.reload();
  await expect(grid(page)).toBeVisible();
}

test("a folder is made, renamed, and opened", async ({ app, person }) => {
  await app.getByRole("button", { name: "New folder" }).click();
  await app.getByLabel("Name", { exact: true }).fill("Reports");
  await app.getByRole("button", { name: "Make folder" }).click();
  await expect(row(app, "Reports")).toBeVisible();

  await row(app, "Reports").click();
  await app.getByRole("toolbar").getByRole("button", { name: "Rename" }).click();
  await app.getByLabel("New name of Reports").fill("Reports 2026");
  await app.keyboard.press("Enter");
  await expect(row(app, "Reports 2026")).toBeVisible();
  expect(await person.client.names()).toEqual(["Reports 2026"]);

  await row(app, "Reports 2026").dblclick();
  await expect(app.getByRole("heading", { name: "Reports 2026" })).toBeVisible();
  await expect(app.getByText("Nothing here yet")).toBeVisible();
});

test("a name that cannot be is refused where it is typed, and nothing changes", async ({ app, person }) => {
  await lay(app, person.client, "a.txt", "b.txt");
  await row(app, "a.txt").click();
  await app.keyboard.press("F2");
  const field = app.getByLabel("New name of a.txt");
  await expect(field).toBeFocused();
  expect(
    await field.evaluate((input: HTMLInputElement) => input.value.slice(input.selectionStart ?? 0, input.selectionEnd ?? 0)),
  ).toBe("a");
  for (const [name, why] of [
    ["a/b", "A name cannot contain “/”."],
    ["..", "“.” and “..” are no names."],
    ["x".repeat(256), "This name is 1 byte too long."],
  ] as const) {
    await field.fill(name);
    await expect(app.getByText(why)).toBeVisible();
    await app.keyboard.press("Enter");
    await expect(field).toBeVisible();
  }
  await field.fill("b.txt");
  await app.keyboard.press("Enter");
  await expect(app.getByRole("tooltip")).toContainText("b.txt");
  await app.keyboard.press("Escape");
  await expect(row(app, "a.txt")).toBeVisible();
  expect(await person.client.names()).toEqual(["a.txt", "b.txt"]);
});

test("the list is worked by keys alone", async ({ app, person }) => {
  await lay(app, person.client, "alpha.txt", "beta.txt", "gamma.txt", "Folder/inside.txt");
  await grid(app).focus();
  await app.keyboard.press("ArrowDown");
  expect(await selected(app)).toEqual(["alpha.txt"]);
  await app.keyboard.press("Shift+ArrowDown");
  expect(await selected(app)).toEqual(["alpha.txt", "beta.txt"]);
  await app.keyboard.press("Escape");
  expect(await selected(app)).toEqual([]);
  await app.keyboard.press("Control+a");
  await expect(app.getByText("All 4 selected")).toBeVisible();
  await app.keyboard.press("Escape");
  await app.keyboard.type("ga");
  expect(await selected(app)).toEqual(["gamma.txt"]);

  await app.keyboard.press("Enter");
  await expect(app.getByRole("dialog", { name: "Preview of gamma.txt" })).toBeVisible();
  await app.keyboard.press("ArrowLeft");
  await expect(app.getByRole("dialog", { name: "Preview of beta.txt" })).toBeVisible();
  await app.keyboard.press("Escape");
  await expect(app.getByRole("dialog")).toHaveCount(0);

  await expect(grid(app)).toBeFocused();
  await app.keyboard.press("Home");
  await app.keyboard.press("Enter");
  await expect(app.getByRole("heading", { name: "Folder" })).toBeVisible();
  await expect(grid(app)).toBeFocused();
  await app.keyboard.press("ArrowDown");
  await app.keyboard.press("Delete");
  await expect(app.getByText("Nothing here yet")).toBeVisible();
  await app.keyboard.press("Backspace");
  await expect(app.getByRole("heading", { name: "My files" })).toBeVisible();
  await expect(grid(app)).toBeFocused();
  await app.keyboard.press("Shift+N");
  await expect(app.getByRole("dialog", { name: "New folder" })).toBeVisible();
  await expect(app.getByLabel("Name", { exact: true })).toBeFocused();
  await app.keyboard.type("Made by keys");
  await app.keyboard.press("Enter");
  await expect(row(app, "Made by keys")).toBeVisible();
  await expect(grid(app)).toBeFocused();
});

test("the menu of a row renames, and gives the keys back to the list", async ({ app, person }) => {
  await lay(app, person.client, "a.txt");
  await row(app, "a.txt").click({ button: "right" });
  await app.getByRole("menuitem", { name: "Rename" }).click();
  await app.getByLabel("New name of a.txt").fill("b.txt");
  await app.keyboard.press("Enter");
  await expect.poll(() => person.client.names()).toEqual(["b.txt"]);
  await expect(grid(app)).toBeFocused();
  await app.getByRole("button", { name: "Actions for b.txt" }).click();
  await expect(app.getByRole("menu")).toBeVisible();
  await app.keyboard.press("Escape");
  await expect(app.getByRole("menu")).toHaveCount(0);
  await expect(grid(app)).toBeFocused();
});

test("one step after the other is taken back", async ({ app, person }) => {
  await lay(app, person.client, "Archive/x.txt", "a.txt");
  for (const name of ["b.txt", "c.txt"]) {
    await row(app, name === "b.txt" ? "a.txt" : "b.txt").click();
    await app.keyboard.press("F2");
    await app.getByLabel(/New name/).fill(name);
    await app.keyboard.press("Enter");
    await expect(row(app, name)).toBeVisible();
  }
  await row(app, "c.txt").click();
  await app.keyboard.press("Shift+M");
  await app.getByRole("dialog").getByRole("treeitem", { name: "Archive" }).click();
  await app.getByRole("button", { name: "Move here" }).click();
  await expect.poll(() => person.client.names()).toEqual(["Archive"]);
  for (const names of [
    ["Archive", "c.txt"],
    ["Archive", "b.txt"],
    ["Archive", "a.txt"],
  ]) {
    await app.keyboard.press("Control+z");
    await expect.poll(() => person.client.names()).toEqual(names);
  }
});

test("a jump to a row that is not here yet leaves nothing chosen that is out of sight", async ({ app, person }) => {
  const folder = await person.client.folder("Many");
  for (let i = 0; i < 450; i += 15)
    await Promise.all(Array.from({ length: 15 }, (_, k) => person.client.folder(`f${String(i + k).padStart(3, "0")}`, folder)));
  await app.goto(app.url().replace(/[^/]+$/, folder));
  await row(app, "f000").click();
  let answer = () => {};
  await app.route("**/children?*start=400*", async route => {
    await new Promise<void>(resolve => {
      answer = resolve;
    });
    await route.continue();
  });
  await app.keyboard.press("End");
  await expect(app.getByText(/selected/)).toHaveCount(0);
  await app.keyboard.press("Delete");
  answer();
  await expect(row(app, "f449")).toBeVisible();
  await expect(row(app, "f449")).toHaveAttribute("aria-selected", "true");
  expect((await person.client.call<{ total: number }>("GET", `/nodes/${folder}/children`)).total).toBe(450);
});

test("what others add above does not move the focus to another file, nor into what was chosen as all", async ({
  app,
  person,
}) => {
  await lay(app, person.client, "b.txt", "c.txt");
  await row(app, "c.txt").click();
  await person.client.put("a.txt", "x");
  await expect(row(app, "a.txt")).toBeVisible({ timeout: 90_000 });
  await app.keyboard.press("F2");
  await expect(app.getByLabel("New name of c.txt")).toBeFocused();
  await app.keyboard.press("Escape");

  await app.keyboard.press("Control+a");
  await expect(app.getByText("All 3 selected")).toBeVisible();
  await person.client.put("late.txt", "x");
  await app.keyboard.press("Delete");
  await expect.poll(() => person.client.names()).toEqual(["late.txt"]);
});

test("what somebody else has changed meanwhile is not deleted over it", async ({ app, person }) => {
  await lay(app, person.client, "a.txt");
  await row(app, "a.txt").click();
  await person.client.put("a.txt", "their newer words");
  await app.keyboard.press("Delete");
  await expect(app.getByRole("alert")).toBeVisible();
  expect(await person.client.names()).toEqual(["a.txt"]);
});

test("a finger opens by a tap, chooses by a long press, and then by taps", async ({ browser, server, person }) => {
  await person.client.put("a.txt", "a");
  await person.client.put("b.txt", "b");
  const context = await browser.newContext({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  await signIn(page, server, person.name);
  const place = await row(page, "a.txt").boundingBox();
  const touch = { identifier: 1, clientX: (place?.x ?? 0) + 120, clientY: (place?.y ?? 0) + 20 };
  const as = { pointerType: "touch", clientX: touch.clientX, clientY: touch.clientY, bubbles: true };
  await row(page, "a.txt").dispatchEvent("pointerdown", as);
  await expect(page.getByText("1 selected")).toBeVisible();
  await row(page, "a.txt").dispatchEvent("pointerup", as);
  await row(page, "a.txt").dispatchEvent("click", as);
  await expect(page.getByText("1 selected"), "the end of the press is no tap").toBeVisible();
  await row(page, "b.txt").tap();
  await expect(page.getByText("All 2 selected")).toBeVisible();
  await page.getByRole("button", { name: "Select nothing" }).tap();
  await row(page, "b.txt").tap();
  await expect(page.getByRole("dialog", { name: "Preview of b.txt" })).toBeVisible();
  await context.close();
});

test("rows sort by each column, both ways", async ({ app, person }) => {
  await person.client.put("large.txt", "x".repeat(1000));
  await person.client.put("small 10.txt", "x");
  await lay(app, person.client, "small 9.txt");
  await expect.poll(() => names(app)).toEqual(["large.txt", "small 9.txt", "small 10.txt"]);
  await app.getByRole("button", { name: "Name" }).click();
  await expect.poll(() => names(app)).toEqual(["small 10.txt", "small 9.txt", "large.txt"]);
  await app.getByRole("button", { name: "Size" }).click();
  await expect.poll(() => names(app)).toEqual(["small 10.txt", "small 9.txt", "large.txt"]);
  await app.getByRole("button", { name: "Size" }).click();
  await expect.poll(() => names(app)).toEqual(["large.txt", "small 9.txt", "small 10.txt"]);
  await expect(app.getByRole("columnheader", { name: "Size" })).toHaveAttribute("aria-sort", "descending");
  await app.reload();
  await expect.poll(() => names(app), "the address keeps the order").toEqual(["large.txt", "small 9.txt", "small 10.txt"]);
});

test("what is deleted goes to the trash, and undo brings it back", async ({ app, person }) => {
  await lay(app, person.client, "a.txt", "b.txt", "c.txt");
  await row(app, "a.txt").click();
  await row(app, "c.txt").click({ modifiers: ["Control"] });
  await app.keyboard.press("Delete");
  await expect(app.getByText("2 items moved to trash")).toBeVisible();
  await app.getByRole("button", { name: "Undo" }).hover(); // its clock stands while somebody looks at it
  await expect.poll(() => names(app)).toEqual(["b.txt"]);
  await expect.poll(() => person.client.names()).toEqual(["b.txt"]);
  await app.getByRole("button", { name: "Undo" }).click();
  await expect.poll(() => names(app)).toEqual(["a.txt", "b.txt", "c.txt"]);
  expect(await person.client.names()).toEqual(["a.txt", "b.txt", "c.txt"]);

  await row(app, "b.txt").click();
  await app.keyboard.press("Delete");
  await expect(app.getByText("“b.txt” moved to trash")).toBeVisible();
  await app.keyboard.press("Control+z");
  await expect.poll(() => person.client.names()).toEqual(["a.txt", "b.txt", "c.txt"]);
});

test("files move to a folder, which says why others cannot be chosen, and come back by undo", async ({ app, person }) => {
  await person.client.folder("Archive");
  await person.client.folder("Inner", await person.client.folder("Outer"));
  await lay(app, person.client, "a.txt", "b.txt");
  await row(app, "Outer").click();
  await row(app, "b.txt").click({ modifiers: ["Shift"] });
  await app.getByRole("toolbar").getByRole("button", { name: "Move" }).click();
  const dialog = app.getByRole("dialog");
  await expect(dialog.getByRole("treeitem", { name: "My files" })).toContainText("they are here now");
  await expect(dialog.getByRole("treeitem", { name: "Outer" })).toContainText("a folder cannot go into itself");
  await expect(dialog.getByRole("button", { name: "Move here" })).toBeDisabled();
  await dialog.getByRole("treeitem", { name: "Archive" }).click();
  await dialog.getByRole("button", { name: "Move here" }).click();
  await expect(app.getByText("3 items moved to Archive")).toBeVisible();
  await app.getByRole("button", { name: "Undo" }).hover();
  await expect.poll(() => person.client.names("Archive")).toEqual(["Outer", "a.txt", "b.txt"]);
  await expect.poll(() => names(app)).toEqual(["Archive"]);
  await app.getByRole("button", { name: "Undo" }).click();
  await expect.poll(() => person.client.names()).toEqual(["Archive", "Outer", "a.txt", "b.txt"]);
});

test("what the server refuses is put back and explained", async ({ app, person }) => {
  await person.client.put("Archive/a.txt", "the older");
  await lay(app, person.client, "a.txt");
  await row(app, "a.txt").click();
  await app.keyboard.press("Shift+M");
  await app.getByRole("dialog").getByRole("treeitem", { name: "Archive" }).click();
  await app.getByRole("button", { name: "Move here" }).click();
  await expect(app.getByRole("alert")).toContainText("a.txt");
  await expect.poll(() => names(app)).toEqual(["Archive", "a.txt"]);
});

test("a large folder shows its first rows at once, draws only what is seen, and can be jumped through", async ({
  app,
  person,
}) => {
  const COUNT = 1_500;
  const folder = await person.client.folder("Many");
  const digits = (i: number) => String(i).padStart(4, "0");
  const lanes = Array.from({ length: 16 }, async (_, lane) => {
    for (let i = lane; i < COUNT; i += 16) await person.client.folder(`f${digits(i)}`, folder);
  });
  await Promise.all(lanes);
  const asked: string[] = [];
  app.on("request", request => {
    if (request.url().includes("/children")) asked.push(request.url());
  });
  await app.goto(app.url().replace(/[^/]+$/, folder));
  await expect(row(app, "f0000")).toBeVisible();
  await expect(grid(app)).toHaveAttribute("aria-rowcount", String(COUNT + 1));
  const drawn = () => app.locator("[role=row][data-index]").count();
  expect(await drawn()).toBeLessThan(60);
  const elements = await row(app, "f0003").evaluate(element => element.querySelectorAll("*").length);
  expect(elements, "elements in a row").toBeLessThanOrEqual(15);
  expect(
    asked.filter(url => url.includes(`limit=${PAGE_ROWS}`) && !url.includes("kind=")),
    "one page is enough",
  ).toHaveLength(1);

  await grid(app).focus();
  await app.keyboard.press("End");
  await expect(row(app, `f${digits(COUNT - 1)}`)).toBeVisible();
  expect(await drawn()).toBeLessThan(60);
  expect(
    asked.some(url => url.includes(`start=${COUNT - (COUNT % PAGE_ROWS)}`)),
    "the last page alone",
  ).toBe(true);
  await app.keyboard.press("Shift+Home");
  await expect(app.getByText("All 1,500 selected")).toBeVisible();
});

test("others' changes come in by themselves", async ({ app, person }) => {
  await lay(app, person.client, "mine.txt");
  await person.client.put("from elsewhere.txt", "x");
  await expect(row(app, "from elsewhere.txt")).toBeVisible({ timeout: 90_000 });
});

test("the way back and forward leads through folders, and each address can be opened", async ({ app, person, browser }) => {
  await lay(app, person.client, "One/Two/Three/Four/Five/deep.txt");
  for (const name of ["One", "Two", "Three", "Four", "Five"]) await row(app, name).dblclick();
  await expect(row(app, "deep.txt")).toBeVisible();
  await app.goBack();
  await expect(app.getByRole("heading", { name: "Four" })).toBeVisible();
  await app.getByRole("navigation", { name: "Path" }).getByRole("link", { name: "Two" }).click();
  await expect(app.getByRole("heading", { name: "Two" })).toBeVisible();
  const deep = app.url();

  const other = await browser.newPage();
  await other.goto(deep);
  await expect(other.getByRole("heading", { name: "Sign in" }), "not without signing in").toBeVisible();
  await other.getByLabel("User name").fill(person.name);
  await other.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await other.getByRole("button", { name: "Sign in" }).click();
  await expect(other.getByRole("heading", { name: "Two" })).toBeVisible();
  await other.close();
});
