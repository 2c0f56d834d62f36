// A server that the tests of one file share, each with a person of its own who is signed in.
import { test as base, expect, type Page } from "@playwright/test";
import { type Client, PASSWORD, Server } from "./server";

interface Mine {
  /** Somebody new, with an empty home. */
  person: { name: string; client: Client };
  /** The app, with that person signed in. */
  app: Page;
}

interface Shared {
  server: Server;
}

let people = 0;

export async function signIn(page: Page, server: Server, name: string): Promise<void> {
  await page.goto(`${server.address}/sign-in`);
  await page.getByLabel("User name").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "My files" })).toBeVisible();
}

export const test = base.extend<Mine, Shared>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads which fixtures it wants from the pattern
    async ({}, use) => {
      const server = new Server();
      await server.start();
      server.addUser("root", "--admin");
      await use(server);
      await server.remove();
    },
    { scope: "worker" },
  ],
  person: async ({ server }, use, info) => {
    people += 1;
    const name = `ana${info.workerIndex}-${people}`;
    server.addUser(name);
    await use({ name, client: await server.client(name) });
  },
  app: async ({ page, server, person }, use) => {
    await signIn(page, server, person.name);
    await use(page);
  },
});

/** The row of a file or folder. */
export function row(page: Page, name: string) {
  return page.getByRole("row").filter({ has: page.locator(`[title="${name}"]`) });
}

export { expect };
