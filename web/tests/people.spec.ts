// Signing in and out, one's own account, and the users of an administrator.
import { expect, row, signIn, test } from "./support/house";
import { PASSWORD } from "./support/server";

test("a wrong password is refused in the same words as a wrong name", async ({ page, server, person }) => {
  for (const name of [person.name, "nobody-at-all"]) {
    await page.goto(`${server.address}/sign-in`);
    await page.getByLabel("User name").fill(name);
    await page.getByLabel("Password", { exact: true }).fill("wrong password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("alert")).toHaveText("Name or password is not right.");
  }
});

test("after signing out nothing is left to see", async ({ app, person }) => {
  await person.client.put("secret.txt", "x");
  await app.reload();
  await expect(row(app, "secret.txt")).toBeVisible();
  await app.getByRole("button", { name: /Your account/ }).click();
  await app.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(app.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await app.goBack();
  await expect(app.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await expect(app.getByText("secret.txt")).toHaveCount(0);
});

test("a session that is ended elsewhere ends here too", async ({ app, person, browser, server }) => {
  const other = await (await browser.newContext()).newPage();
  await signIn(other, server, person.name);
  await other.goto(`${server.address}/account`);
  const mine = other.getByRole("listitem").filter({ hasText: "Chrome on Linux" }).filter({ hasNotText: "This device" });
  await mine.getByRole("button", { name: "Sign out" }).click();
  await mine.getByRole("button", { name: "Sign out now" }).click();
  await expect(mine).toHaveCount(0);
  await other.context().close();
  await app.getByRole("link", { name: "Trash" }).first().click();
  await expect(app.getByRole("heading", { name: "Sign in" })).toBeVisible({ timeout: 90_000 });
});

test("who has signed in anew in another tab can go on here", async ({ app, person, server }) => {
  await person.client.put("a.txt", "a");
  const other = await app.context().newPage();
  await other.goto(`${server.address}/account`);
  await other.getByRole("button", { name: /Your account/ }).click();
  await other.getByRole("menuitem", { name: "Sign out" }).click();
  await signIn(other, server, person.name);
  await other.close();
  await app.bringToFront();
  await app.evaluate(() => window.dispatchEvent(new Event("visibilitychange")));
  await expect(row(app, "a.txt")).toBeVisible({ timeout: 90_000 });
  await expect(async () => {
    if (await row(app, "a.txt").isVisible()) {
      await row(app, "a.txt").click();
      await app.keyboard.press("Delete");
    }
    expect(await person.client.names()).toEqual([]);
  }).toPass();
});

test("a new name and a new password are kept", async ({ app, person, server }) => {
  await app.goto(`${server.address}/account`);
  await app.getByLabel("Your name").fill("Åse Bjørnstad");
  await app.getByRole("button", { name: "Save" }).click();
  await expect(app.getByText("Saved")).toBeVisible();
  await app.getByLabel("Present password").fill("not this one at all");
  await app.getByLabel("New password").fill("another fine sentence");
  await app.getByRole("button", { name: "Change password" }).click();
  await expect(app.getByRole("alert").or(app.locator("[data-error]")).first()).toBeVisible();
  await app.getByLabel("Present password").fill(PASSWORD);
  await app.getByRole("button", { name: "Change password" }).click();
  await expect(app.getByText("Password changed.")).toBeVisible();
  await app.getByRole("button", { name: /Åse Bjørnstad/ }).click();
  await app.getByRole("menuitem", { name: "Sign out" }).click();
  await app.getByLabel("User name").fill(person.name);
  await app.getByLabel("Password", { exact: true }).fill("another fine sentence");
  await app.getByRole("button", { name: "Sign in" }).click();
  await expect(
    app.getByRole("heading", { name: "My files" }).or(app.getByRole("heading", { name: "Your account" })),
  ).toBeVisible();
});

test("the theme that is chosen stays, from the first paint on", async ({ app, server }) => {
  await app.goto(`${server.address}/account`);
  await app.getByText("Dark", { exact: true }).click();
  const theme = () => app.evaluate(() => document.documentElement.getAttribute("data-mantine-color-scheme"));
  expect(await theme()).toBe("dark");
  await app.reload();
  expect(await theme()).toBe("dark");
});

test("an administrator adds somebody, sets limits, and shuts the door", async ({ page, browser, server }) => {
  await signIn(page, server, "root");
  await page.goto(`${server.address}/users`);
  await page.getByRole("button", { name: "Add user" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("User name").fill("-no-");
  await dialog.getByLabel("First password").fill("short");
  await dialog.getByRole("button", { name: "Add user" }).click();
  await expect(dialog.locator("[data-error]").first(), "what is wrong stands at its field").toBeVisible();
  await dialog.getByLabel("User name").fill("carl");
  await dialog.getByLabel("Name", { exact: true }).fill("Carl Lund");
  await dialog.getByLabel("First password").fill(PASSWORD);
  await dialog.getByLabel("Quota in GB").fill("2,5");
  await dialog.getByRole("button", { name: "Add user" }).click();
  await expect(page.getByText("Carl Lund can sign in now")).toBeVisible();
  await expect(page.getByRole("row", { name: /Carl Lund/ })).toContainText("0 B of 2.50 GB");

  const theirs = await (await browser.newContext()).newPage();
  await signIn(theirs, server, "carl");
  await expect(theirs.getByText("of 2.50 GB used").first()).toBeVisible();
  await theirs.goto(`${server.address}/users`);
  await expect(theirs.getByText("This is for administrators.")).toBeVisible();

  await page.getByRole("button", { name: "Edit Carl Lund" }).click();
  await page.getByRole("switch", { name: "May not sign in" }).check();
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("row", { name: /Carl Lund/ })).toContainText("Disabled");
  await theirs.goto(`${server.address}/files`);
  await expect(theirs.getByRole("heading", { name: "Sign in" })).toBeVisible({ timeout: 90_000 });
  await theirs.context().close();
});

test("an administrator removes somebody for good, once the name is typed", async ({ page, server, person }) => {
  await signIn(page, server, "root");
  await page.goto(`${server.address}/users`);
  await page.getByRole("button", { name: "Add user" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("User name").fill("dora");
  await dialog.getByLabel("First password").fill(PASSWORD);
  await dialog.getByRole("button", { name: "Add user" }).click();
  await page.getByRole("button", { name: "Edit dora" }).click();
  await dialog.getByRole("button", { name: "Remove…" }).click();
  await expect(dialog).toContainText("removed for good");
  await dialog.getByRole("button", { name: "Remove user" }).click();
  await expect(dialog.getByText("Type dora here if you mean it.")).toBeVisible();
  await dialog.getByLabel("Type the user name").fill("dora");
  await page.keyboard.press("Enter");
  await expect(page.getByText("dora is removed, and the files are going")).toBeVisible();
  await expect(page.getByRole("row", { name: /dora/ })).toHaveCount(0);
  await expect(page.getByRole("row", { name: new RegExp(person.name) })).toHaveCount(1);
  await page.getByRole("button", { name: "Edit root" }).click();
  await expect(dialog.getByRole("button", { name: "Save" })).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Remove…" }), "nobody removes themselves").toHaveCount(0);
});
