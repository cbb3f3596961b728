import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

interface Package {
  version: string;
  resolved?: string;
  optionalDependencies?: Record<string, string>;
}
const lock = JSON.parse(readFileSync("package-lock.json", "utf8")) as { packages: Record<string, Package> };
const packages = Object.entries(lock.packages);

// npm forgets the binaries of other systems when it cannot look them up, and `npm ci` then refuses the file everywhere.
test("the lock file names every system's binaries", () => {
  const missing = packages.flatMap(([place, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !isLocked(name, place)),
  );
  expect(missing).toEqual([]);
});

test("the lock file names no registry: whoever installs uses their own", () => {
  expect(packages.filter(([, { resolved }]) => resolved).map(([place]) => place)).toEqual([]);
});

/** As Node looks packages up: beside the one that asks, then further and further out. */
function isLocked(name: string, place: string): boolean {
  if (`${place}/node_modules/${name}`.replace(/^\//, "") in lock.packages) return true;
  if (place === "") return false;
  return isLocked(name, place.slice(0, Math.max(place.lastIndexOf("/node_modules/"), 0)));
}
