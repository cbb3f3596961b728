import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { languages } from "#db/lists.ts";

/** Full key ("calls.outcome.no-answer") → text. */
type Texts = Map<string, string>;
type Tree = { [key: string]: string | Tree };

// Names, not words: the same in every language.
const names = new Set(["Rebote", "WhatsApp", "CSV", "CRM", "Español", "English"]);

const spoken: Record<string, Texts> = Object.fromEntries(
  await Promise.all(languages.map(async (language) => [language, await readTexts(`app/i18n/${language}`)] as const)),
);
const [first, ...others] = languages;
const reference = spoken[first] ?? new Map();
const sources = readdirSync("app", { recursive: true, encoding: "utf8" })
  .map((name) => path.posix.join("app", name.replaceAll(path.sep, "/")))
  .filter((name) => /\.tsx?$/.test(name) && !languages.some((language) => name.startsWith(`app/i18n/${language}/`)))
  .map((name) => [name, readFileSync(name, "utf8")] as const);

test("there are texts, and code that uses them", () => {
  expect(reference.size).toBeGreaterThan(20);
  expect(sources.length).toBeGreaterThan(5);
});

test.each(others)("%s says what es says, with the same placeholders", (language) => {
  expect(differences(reference, spoken[language] ?? new Map())).toEqual([]);
});

test.each(languages)("plural forms are complete in %s", (language) => {
  expect(pluralFaults(spoken[language] ?? new Map(), language)).toEqual([]);
});

test("every key in the code exists and gets its values, and every text is used", () => {
  const used = new Set<string>();
  const missing = sources.flatMap(([file, source]) => keyFaults(file, source, reference, used));
  expect(missing).toEqual([]);
  expect([...new Set([...reference.keys()].map(withoutPlural))].filter((key) => !used.has(key))).toEqual([]);
});

test("no words stand in the code itself", () => {
  expect(sources.flatMap(([file, source]) => wordFaults(file, source))).toEqual([]);
});

async function readTexts(folder: string): Promise<Texts> {
  const texts: Texts = new Map();
  for (const file of readdirSync(folder)) {
    const module = (await import(/* @vite-ignore */ pathToFileURL(path.resolve(folder, file)).href)) as {
      default: Tree;
    };
    addTexts(texts, `${path.basename(file, ".ts")}.`, module.default);
  }
  return texts;
}

function addTexts(texts: Texts, prefix: string, tree: Tree): void {
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === "string") texts.set(prefix + key, value);
    else addTexts(texts, `${prefix}${key}.`, value);
  }
}

const pluralSuffix = /(?:_ordinal)?_(zero|one|two|few|many|other)$/;
const withoutPlural = (key: string) => key.replace(pluralSuffix, "");
const placeholders = (text: string) =>
  new Set([...text.matchAll(/\{\{-?\s*([\w.]+)[^}]*\}\}/g)].map((match) => match[1] ?? ""));
const marks = (text: string) => [...placeholders(text), ...(text.match(/<\/?\w+\s*\/?>/g) ?? [])].sort().join(" ");

function differences(left: Texts, right: Texts): string[] {
  const found: string[] = [];
  const bases = (texts: Texts) => new Set([...texts.keys()].map(withoutPlural));
  for (const key of bases(left)) if (!bases(right).has(key)) found.push(`${key} is missing`);
  for (const key of bases(right)) if (!bases(left).has(key)) found.push(`${key} is too many`);
  for (const [key, text] of right) {
    // "1 call" may be said without its number: of the plural forms only `other` is held to the letter.
    if (pluralSuffix.test(key) && !key.endsWith("_other")) continue;
    const counterpart = left.get(key);
    if (counterpart !== undefined && marks(counterpart) !== marks(text))
      found.push(`${key}: ${marks(counterpart)} ≠ ${marks(text)}`);
    if (text.trim() === "") found.push(`${key} is empty`);
  }
  return found;
}

function pluralFaults(texts: Texts, language: string): string[] {
  const found: string[] = [];
  for (const key of texts.keys()) {
    if (!pluralSuffix.test(key)) continue;
    const type = key.includes("_ordinal_") ? "ordinal" : "cardinal";
    const stem = key.replace(/_[a-z]+$/, "");
    const { pluralCategories } = new Intl.PluralRules(language, { type }).resolvedOptions();
    // Exact millions: `_other` serves where a text has no `_many` of its own (app/i18n/instance.ts).
    const needed = pluralCategories.filter((category) => category !== "many");
    const form = key.slice(stem.length + 1);
    if (!pluralCategories.some((category) => category === form)) found.push(`${key}: ${language} has no such form`);
    for (const category of needed) if (!texts.has(`${stem}_${category}`)) found.push(`${stem}_${category} is missing`);
  }
  return [...new Set(found)].sort();
}

/**
 * A key is any string in the code that begins with a file of texts and a dot; one with a hole, `calls.outcome.${outcome}`,
 * stands for every key of that shape (that the closed list in the hole has them all is tsc's to say). Adds to `used`.
 */
function keyFaults(file: string, source: string, texts: Texts, used: Set<string>): string[] {
  const found: string[] = [];
  const keys = new Set([...texts.keys()].map(withoutPlural));
  const rooms = new Set([...keys].map((key) => key.split(".")[0]));
  const isKey = (text: string) => /^[\w-]+(\.[\w-]+)+$/.test(text) && rooms.has(text.split(".")[0]);

  walk(file, source, (node) => {
    if (ts.isStringLiteralLike(node) && isKey(node.text)) {
      if (keys.has(node.text)) used.add(node.text);
      else found.push(`${file}: ${node.text} is missing`);
    }
    if (ts.isTemplateExpression(node) && isKey(`${node.head.text}x`)) {
      const holes = node.templateSpans.map((span) => `[\\w-]+${escapeRegExp(span.literal.text)}`).join("");
      const shape = new RegExp(`^${escapeRegExp(node.head.text)}${holes}$`);
      const fitting = [...keys].filter((key) => shape.test(key));
      for (const key of fitting) used.add(key);
      if (fitting.length === 0) found.push(`${file}: nothing fits ${node.getText()}`);
    }
    if (ts.isCallExpression(node)) {
      const called = ts.isPropertyAccessExpression(node.expression)
        ? node.expression.name.text
        : node.expression.getText();
      const [key, values] = node.arguments;
      if (called !== "t" || key === undefined || !ts.isStringLiteralLike(key)) return;
      if (!keys.has(key.text) && !isKey(key.text)) found.push(`${file}: ${key.text} is missing`);
      if (values !== undefined && !ts.isObjectLiteralExpression(values)) return;
      const given = values?.properties.map((property) =>
        ts.isSpreadAssignment(property) ? "..." : property.name?.getText(),
      );
      if (given?.includes("...")) return;
      const text = texts.get(key.text) ?? texts.get(`${key.text}_other`) ?? "";
      for (const name of placeholders(text)) {
        if (!given?.includes(name.replace(/\..*/, ""))) found.push(`${file}: ${key.text} gets no ${name}`);
      }
    }
  });
  return found;
}

function wordFaults(file: string, source: string): string[] {
  const found: string[] = [];
  const attributes = new Set([
    "alt",
    "aria-description",
    "aria-label",
    "aria-roledescription",
    "label",
    "placeholder",
    "title",
  ]);
  const check = (text: string) => {
    const words = text.replaceAll(/&\w+;/g, " ").trim();
    if (/\p{L}{2,}/u.test(words) && !names.has(words)) found.push(`${file}: ${words}`);
  };
  walk(file, source, (node) => {
    // What is written on a key of the keyboard is no word of a language.
    if (node.parent && ts.isJsxElement(node.parent) && /^(Key|kbd)$/.test(node.parent.openingElement.tagName.getText()))
      return;
    if (ts.isJsxText(node)) check(node.text);
    if (
      ts.isJsxExpression(node) &&
      ts.isJsxElement(node.parent) &&
      node.expression &&
      ts.isStringLiteralLike(node.expression)
    )
      check(node.expression.text);
    if (
      ts.isJsxAttribute(node) &&
      attributes.has(node.name.getText()) &&
      node.initializer &&
      ts.isStringLiteral(node.initializer)
    )
      check(node.initializer.text);
  });
  return found;
}

function walk(file: string, source: string, visit: (node: ts.Node) => void): void {
  const kind = file.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const root = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true, kind);
  const step = (node: ts.Node): void => {
    visit(node);
    ts.forEachChild(node, step);
  };
  step(root);
}

const escapeRegExp = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");

describe("the check sees", () => {
  const texts: Texts = new Map([
    ["calls.title", "Llamada de {{name}}"],
    ["calls.count_one", "Una llamada"],
    ["calls.count_many", "{{count}} de llamadas"],
    ["calls.count_other", "{{count}} llamadas"],
    ["calls.outcome.no-answer", "No contesta"],
  ]);
  const faultsOf = (code: string) => keyFaults("app/x.tsx", code, texts, new Set());

  test("a key that is missing, or has other placeholders, in the other language", () => {
    const english: Texts = new Map([...texts, ["calls.title", "Call"], ["calls.more", "More"]]);
    english.delete("calls.outcome.no-answer");
    expect(differences(texts, english)).toEqual([
      "calls.outcome.no-answer is missing",
      "calls.more is too many",
      "calls.title: name ≠ ",
    ]);
    expect(differences(texts, texts)).toEqual([]);
  });

  test("a plural form that the language needs, or doesn't have", () => {
    expect(pluralFaults(texts, "es")).toEqual([]);
    expect(pluralFaults(texts, "en")).toEqual(["calls.count_many: en has no such form"]);
    expect(pluralFaults(new Map([["calls.count_other", "{{count}}"]]), "es")).toEqual(["calls.count_one is missing"]);
  });

  test("a key that doesn't exist or gets no value", () => {
    expect(faultsOf('t("calls.titel", { name })')).toEqual(["app/x.tsx: calls.titel is missing"]);
    expect(faultsOf('t("title")')).toEqual(["app/x.tsx: title is missing"]);
    expect(faultsOf('t("calls.count")')).toEqual(["app/x.tsx: calls.count gets no count"]);
    expect(faultsOf(`t(\`calls.result.\${result}\`)`)).toEqual([`app/x.tsx: nothing fits \`calls.result.\${result}\``]);
    expect(
      faultsOf(`t("calls.title", { name: a }); t("calls.count", { count }); t(\`calls.outcome.\${outcome}\`)`),
    ).toEqual([]);
  });

  test("words in the code", () => {
    expect(wordFaults("app/x.tsx", '<p title="Close">Hola {"mundo"} <b>Rebote</b> · &nbsp;<kbd>Esc</kbd></p>')).toEqual(
      ["app/x.tsx: Close", "app/x.tsx: Hola", "app/x.tsx: mundo"],
    );
  });
});
