import { readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const OUT = "../build/web";
const PACKABLE = /\.(js|css|svg|txt|json|webmanifest)$/;

/** Puts a gzip and a brotli beside each file that gains by it: the server has no compressor, and at their best they cost seconds. */
function packed(): Plugin {
  return {
    name: "packed",
    apply: "build",
    enforce: "post",
    writeBundle(options, bundle) {
      const names = [...Object.keys(bundle).filter(name => PACKABLE.test(name)), "favicon.svg", "theme.js"];
      for (const name of names) {
        const path = join(options.dir ?? OUT, name);
        const bytes = readFileSync(path);
        const gzip = gzipSync(bytes, { level: 9 });
        if (gzip.length >= bytes.length) continue;
        writeFileSync(`${path}.gz`, gzip);
        writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
      }
    },
  };
}

export default defineConfig({
  plugins: [react(), packed()],
  html: { cspNonce: "__NONCE__" },
  build: {
    outDir: OUT,
    emptyOutDir: true,
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: "manifest.json",
    chunkSizeWarningLimit: 800,
  },
  // The packages lie outside of the checkout (scripts/dev/web.sh): their fonts and styles are served from there.
  server: {
    fs: { allow: [".", realpathSync("node_modules")] },
    proxy: { "/api": process.env.SERVER_ADDRESS ?? "http://127.0.0.1:8080" },
  },
  test: { environment: "jsdom", include: ["src/**/*.test.{ts,tsx}"], setupFiles: ["src/testing/setup.ts"] },
});
