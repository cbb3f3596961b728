// `npm start`, and with --dev `npm run dev`: from a fresh clone to a served page.
import { readFileSync } from "node:fs";
import { buildIfChanged, checkNode, installMissing, root, runScript } from "./prepare.mjs";

checkNode();
const dev = process.argv.includes("--dev");
process.env.NODE_ENV = dev ? "development" : "production";
process.chdir(root);
stopWithNpm();
installMissing();
if (!dev) buildIfChanged();
await runScript("serve.ts", process.argv.slice(2));

// A signal for npm alone ends it, perhaps its shell, but doesn't reach us: we would stay behind, on its port and data.
function stopWithNpm() {
  if (!process.env.npm_lifecycle_event) return;
  const began = above();
  const watch = setInterval(() => {
    if (above() === began) return;
    clearInterval(watch);
    process.kill(process.pid, "SIGTERM");
  }, 200);
  watch.unref();
}

// Our parent, and npm above it where our parent is only the shell that npm runs scripts with.
function above() {
  try {
    const shell = readFileSync(`/proc/${process.ppid}/cmdline`, "utf8").includes("start.mjs");
    const status = shell ? readFileSync(`/proc/${process.ppid}/status`, "utf8") : "";
    return `${process.ppid} ${/^PPid:\s*(\d+)/m.exec(status)?.[1] ?? ""}`;
  } catch {
    return `${process.ppid} `;
  }
}
