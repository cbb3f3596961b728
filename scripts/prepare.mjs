// What must be there before our own code can run: Node's version, packages, build. Node's own modules alone in here.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
const stamp = path.join(root, "build", "sources.sha256");
const sources = [
  "app",
  "db",
  "public",
  "package.json",
  "package-lock.json",
  "remix.config.js",
  "tailwind.config.ts",
  "tsconfig.json",
];

/** Ends the process with one line when Node is older than package.json's `engines`. */
export function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(`Rebote needs Node 20.19 or later; this is ${process.versions.node}. Get it from https://nodejs.org`);
}

/** Runs `npm ci` when a package of the lock file is missing or has another version. `dev`: the test tools, too. */
export function installMissing({ dev = false } = {}) {
  if (isInstalled(dev)) return;
  // On stderr: stdout is the script's own, which somebody may be reading line by line.
  console.error("Installing packages (npm ci) …");
  const npm = process.env.npm_execpath;
  const args = ["ci", "--no-audit", "--no-fund", ...(dev ? ["--include=dev"] : [])];
  const { status } = npm
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: ["inherit", 2, 2] })
    : spawnSync("npm", args, { cwd: root, stdio: ["inherit", 2, 2], shell: process.platform === "win32" });
  if (status !== 0) fail("npm ci failed; see above.");
}

// npm writes this list as the last thing of an install, so that an interrupted one has none.
function isInstalled(dev) {
  try {
    const wanted = readJson("package-lock.json").packages;
    const present = readJson("node_modules/.package-lock.json").packages;
    return Object.entries(wanted).every(
      ([place, { version, optional, dev: isDev, devOptional }]) =>
        place === "" || optional || ((isDev || devOptional) && !dev) || present[place]?.version === version,
    );
  } catch {
    return false;
  }
}

function readJson(file) {
  return JSON.parse(readFileSync(path.join(root, file), "utf8"));
}

/** Builds when the sources aren't those of the last build that ended well. */
export function buildIfChanged() {
  const now = digestOf(sources);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === now) return;
  console.log("Building …");
  rmSync(stamp, { force: true });
  const remix = path.join(root, "node_modules", "@remix-run", "dev", "dist", "cli.js");
  const { status, stdout, stderr } = spawnSync(process.execPath, [remix, "vite:build", "--config", "remix.config.js"], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, NODE_ENV: "production" },
  });
  if (status !== 0) fail(`${stdout}${stderr}\nThe build failed; see above.`);
  writeFileSync(stamp, now);
}

function digestOf(places) {
  const hash = createHash("sha256");
  const walk = (place) => {
    const file = path.join(root, place);
    if (!existsSync(file)) return;
    if (statSync(file).isDirectory()) {
      for (const name of readdirSync(file).sort()) walk(`${place}/${name}`);
    } else {
      const content = readFileSync(file);
      hash.update(`${place}\0${content.length}\0`).update(content);
    }
  };
  places.forEach(walk);
  return hash.digest("hex");
}

/**
 * Runs the default export of scripts/FILE, TypeScript included, with the arguments; a number that it answers is the
 * exit code. An error that explains itself (`plain`) is printed as its message, any other with its stack.
 */
export async function runScript(file, args) {
  try {
    const { register } = await import("tsx/esm/api");
    register();
    const { default: main } = await import(pathToFileURL(path.join(root, "scripts", file)).href);
    const code = await main(args);
    if (typeof code === "number") process.exitCode = code;
  } catch (error) {
    console.error(error?.plain ? `Rebote: ${error.message}` : error);
    process.exit(1);
  }
}

function fail(line) {
  console.error(line);
  process.exit(1);
}
