import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";

// Who may import whom. The nearest line wins; a room that is missing here may not exist.
const arrows: Record<string, string[]> = {
  "app/": ["app/", "db/queries/", "db/lists.ts", "db/schema.ts", "package.json"],
  "app/components/": ["app/components/", "app/root.tsx", "app/i18n/", "app/rules/", "db/lists.ts", "db/schema.ts"],
  "app/i18n/": ["app/i18n/", "app/root.tsx", "db/lists.ts", "db/schema.ts"],
  "app/import/": ["app/import/", "db/lists.ts", "db/schema.ts"],
  "app/rules/": ["app/rules/", "db/lists.ts", "db/schema.ts"],
  "db/": ["db/"],
  "db/lists.ts": ["db/schema.ts"],
  "db/schema.ts": [],
  "db/migrations/": [],
  "db/queries/": ["db/queries/", "db/connection.ts", "db/lists.ts", "db/schema.ts"],
  "scripts/": ["scripts/", "app/", "db/"],
  "tests/": ["tests/", "scripts/", "app/", "db/", "remix.config.js", "package.json"],
};

// Packages that would carry a room's work into another room.
const closedPackages: Record<string, RegExp> = {
  "app/": /^(pg|kysely|express)($|\/)/,
  "app/import/": /^(node:(?!buffer$|util$)|pg|kysely|express|react|@remix-run|pino|busboy|i18next)/,
  "app/rules/": /^(node:|pg|kysely|express|react|@remix-run|pino|busboy|i18next)/,
  "app/components/": /^(node:|pg|kysely|express)/,
  "db/": /^(react|@remix-run|express|i18next)/,
  "db/migrations/": /^(?!kysely$)/,
};

// What a pure room must be given instead of reaching for it, and what a component must get as props.
const closedNames: Record<string, RegExp> = {
  "app/import/": /\bfetch\(|\bprocess\.|\bconsole\.|\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(/,
  "app/rules/": /\bfetch\(|\bprocess\.|\bconsole\.|\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(/,
  "app/components/": /\bfetch\(|\buseLoaderData\b|\bEventSource\b|\bXMLHttpRequest\b/,
};

const roomNames =
  /(^|\/)(utils?|helpers?|services?|managers?|repositor(y|ies)|models?|hooks?|misc|common|shared|lib)(\.[^/]*)?(\/|$)/i;

/** What is wrong with a file, in words; `file` is its path from the project's root, with forward slashes. */
function faults(file: string, source: string): string[] {
  const found: string[] = [];
  const { importedFiles } = ts.preProcessFile(source, true, true);
  for (const { fileName: specifier } of importedFiles) {
    const target = resolve(file, specifier);
    if (target === undefined) {
      if (closest(closedPackages, file)?.test(specifier)) found.push(`${file} imports ${specifier}`);
      continue;
    }
    if (!closest(arrows, file)?.some((room) => target.startsWith(room))) found.push(`${file} imports ${target}`);
    if (specifier.startsWith(".") && top(file) !== top(target))
      found.push(`${file} reaches ${target} by a relative path`);
    if (!/\.(tsx?|m?js|css|json)(\?[a-z]+)?$/.test(specifier))
      found.push(`${file} imports ${specifier} without extension`);
  }

  const code = withoutComments(source);
  const name = closest(closedNames, file)?.exec(code)?.[0];
  if (name) found.push(`${file} uses ${name}`);
  if (roomNames.test(file) && !file.startsWith("app/i18n/")) found.push(`${file} is named after no noun of ours`);
  if (/^app\/|^db\//.test(file) && isBarrel(file, source)) found.push(`${file} only passes on what others export`);
  return found;
}

const top = (file: string) => file.split("/")[0];

function resolve(file: string, specifier: string): string | undefined {
  if (specifier.startsWith("#")) return specifier.slice(1);
  if (specifier.startsWith(".")) return path.posix.join(path.posix.dirname(file), specifier);
  return undefined;
}

function closest<T>(table: Record<string, T>, file: string): T | undefined {
  const room = Object.keys(table)
    .filter((prefix) => file.startsWith(prefix))
    .sort((a, b) => b.length - a.length)[0];
  return room === undefined ? undefined : table[room];
}

/** The code as TypeScript prints it again without its comments, so that a comment may name what the code must not. */
function withoutComments(source: string): string {
  const printer = ts.createPrinter({ removeComments: true });
  return printer.printFile(ts.createSourceFile("x.tsx", source, ts.ScriptTarget.Latest, false, ts.ScriptKind.TSX));
}

function isBarrel(file: string, source: string): boolean {
  const { statements } = ts.createSourceFile(file, source, ts.ScriptTarget.Latest);
  return statements.length > 1 && statements.every((s) => ts.isExportDeclaration(s) && s.moduleSpecifier !== undefined);
}

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => path.posix.join(folder, name.replaceAll(path.sep, "/")))
    .filter((name) => /\.(tsx?|m?js)$/.test(name));
}

test("arrows go one way", () => {
  const files = ["app", "db", "scripts", "tests"].flatMap(sources);
  expect(files.length).toBeGreaterThan(10);
  expect(files.flatMap((file) => faults(file, readFileSync(file, "utf8")))).toEqual([]);
});

describe("the check sees", () => {
  test.each([
    ["db/queries/calls.ts", 'import { nextStep } from "#app/rules/next-step.ts";', "imports app/rules/next-step.ts"],
    ["db/queries/calls.ts", 'const { a } = await import("#app/rules/a.ts");', "imports app/rules/a.ts"],
    ["db/migrations/0002_more.ts", 'import { roles } from "../lists.ts";', "imports db/lists.ts"],
    ["app/rules/verdict.ts", 'import { findCall } from "#db/queries/calls.ts";', "imports db/queries/calls.ts"],
    ["app/rules/verdict.ts", 'import { readFile } from "node:fs/promises";', "imports node:fs/promises"],
    ["app/rules/verdict.ts", "export const late = (due: Date) => due < new Date();", "uses new Date()"],
    ["app/import/read.ts", 'export const load = () => fetch("https://example.com");', "uses fetch("],
    ["app/components/table.tsx", 'import { listCalls } from "#db/queries/calls.ts";', "imports db/queries/calls.ts"],
    ["app/components/table.tsx", "export const T = () => <b>{useLoaderData().a}</b>;", "uses useLoaderData"],
    ["app/routes/calls.tsx", 'import { db } from "#db/connection.ts";', "imports db/connection.ts"],
    ["app/routes/calls.tsx", 'import { sql } from "kysely";', "imports kysely"],
    ["app/routes/calls.tsx", 'import { roles } from "../../db/lists.ts";', "by a relative path"],
    ["app/routes/calls.tsx", 'import { Frame } from "#app/components/frame";', "without extension"],
    ["app/helpers.ts", "export const a = 1;", "is named after no noun"],
    ["app/utils/dates.ts", "export const a = 1;", "is named after no noun"],
    ["app/rules/index.ts", 'export * from "./a.ts";\nexport { b } from "./b.ts";', "only passes on"],
  ])("%s: %s", (file, source, fault) => {
    expect(faults(file, source).join("\n")).toContain(fault);
  });

  test("and lets the rest pass", () => {
    const route = `import { Form } from "@remix-run/react";\nimport { listCalls } from "#db/queries/calls.ts";
      import { verdictOf } from "../rules/verdict.ts";\nimport "./calls.css?url";`;
    expect(faults("app/routes/calls.tsx", route)).toEqual([]);
    expect(faults("app/rules/due.ts", "// never new Date() here\nexport const due = (now: Date) => +now;")).toEqual([]);
  });
});
