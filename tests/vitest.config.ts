import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  test: {
    include: ["tests/**/*.test.ts"],
    globalSetup: ["tests/cluster.ts"],
    pool: "forks",
    // What was built runs as it was built.
    server: { deps: { external: [/\/build\/server\//] } },
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 120_000,
    watch: false,
  },
});
