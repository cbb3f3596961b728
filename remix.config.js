// Remix's Vite configuration. The name is the project's; every remix command gets `--config remix.config.js`.
import { vitePlugin as remix } from "@remix-run/dev";
import tailwindcss from "@tailwindcss/vite";
import { defineConfig } from "vite";
import { denyImports } from "vite-env-only";

export default defineConfig({
  plugins: [
    tailwindcss(),
    // A screen that imports the database by mistake must fail the build, not ship SQL to the browser.
    denyImports({ client: { files: ["**/db/queries/**", "**/db/connection.ts"], specifiers: ["pg", "kysely"] } }),
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
  build: { target: "es2022", cssMinify: true },
  // An old tab that asks for a replaced chunk gets a 404, not a page.
  appType: "custom",
});
