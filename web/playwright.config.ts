import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "tests",
  outputDir: "../build/web-tests",
  timeout: 180_000,
  expect: { timeout: 30_000 }, // for what never comes: a slow machine is no failure
  workers: 2,
  fullyParallel: false,
  forbidOnly: true,
  retries: 1, // on a busy machine a browser misses a moment now and then; what needs a second try is listed as flaky, to be mended
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    viewport: { width: 1440, height: 900 },
    locale: "en-GB",
    timezoneId: "Europe/Oslo",
    acceptDownloads: true,
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: "/usr/bin/chromium",
      // As root Chromium's own sandbox refuses to start; it loads nothing but the program under test.
      args: [
        ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
