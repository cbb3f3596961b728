// Remix's Vite configuration. The name is the project's; every remix command gets `--config remix.config.js`.
import { vitePlugin as remix } from "@remix-run/dev";
import tailwindcss from "@tailwindcss/vite";
import { defineConfig } from "vite";
import { denyImports } from "vite-env-only";

const serverFiles = ["**/db/queries/**", "**/db/{binaries,connection,embedded,migrate}.ts"];

export default defineConfig({
  cacheDir: ".cache/vite",
  plugins: [
    tailwindcss(),
    // A screen that imports the database by mistake must fail the build, not ship SQL to the browser. In development the
    // search for dependencies meets loaders before Remix takes them out of a screen, so it would deny every one.
    denyImports({ client: { files: serverFiles, specifiers: ["pg", "kysely"] } }).map((plugin) => ({
      ...plugin,
      apply: "build",
    })),
    remix({
      future: {
        v3_fetcherPersist: true,
        v3_relativeSplatPath: true,
        v3_throwAbortReason: true,
        v3_lazyRouteDiscovery: true,
        v3_singleFetch: true,
        v3_routeConfig: true,
        unstable_optimizeDeps: true,
      },
    }),
  ],
  // What only loaders use is nothing to prepare for the browser; some of it can't be.
  optimizeDeps: { exclude: ["@node-rs/argon2", "@remix-run/node", "busboy", "kysely", "pg", "rate-limiter-flexible"] },
  build: { target: "es2022", cssMinify: true },
  // An old tab that asks for a replaced chunk gets a 404, not a page.
  appType: "custom",
});
