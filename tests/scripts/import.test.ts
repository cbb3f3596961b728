import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { TextReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { db } from "#db/connection.ts";
import { ownDatabase } from "../database.ts";
import { signedIn } from "../people.ts";

ownDatabase();

const folder = mkdtempSync(path.join(tmpdir(), "rebote-import-"));
const fileOf = (name: string, content: string | Uint8Array) => {
  writeFileSync(path.join(folder, name), content);
  return path.join(folder, name);
};
let soft: string;
let sent: string;
beforeAll(async () => {
  await signedIn("marketing");
  soft = fileOf(
    "Soft Bounce.csv",
    "Contact Email,Bounce reason,Phone\na@x.example,full,300 555 0101\nb@x.example,full,\nA@x.example,,\nnobody,,\n",
  );
  sent = fileOf("lista.txt", "email\na@x.example\nc@x.example\n");
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...args: string[]) {
  const child = spawn(process.execPath, ["scripts/run.mjs", "import.ts", ...args], {
    env: { ...process.env, INIT_CWD: folder },
  });
  let out = "";
  let said = "";
  child.stdout.on("data", (data) => (out += data));
  child.stderr.on("data", (data) => (said += data));
  const code = await new Promise((resolve) => child.on("close", resolve));
  return { code, said, lines: out.split("\n").slice(0, -1) };
}

/** What was printed without the number of the import, which depends on what was imported before. */
const accounts = (lines: string[]) => lines.map((line) => line.replace(/,"import":[1-9]\d*}$/, "}"));

const campaigns = () => db.selectFrom("campaigns").select(["name", "sent_at"]).orderBy("id").execute();
const account = (file: string, list: string, [rows, created, updated, unchanged, duplicate, rejected]: number[]) =>
  JSON.stringify({ file, list, rows, created, updated, unchanged, duplicate, rejected });

test("a dry run tells what would happen and leaves nothing", async () => {
  const { code, lines } = await run("--campaign", "Enero", "--dry-run", soft, soft);
  expect(lines).toEqual([account(soft, "soft", [4, 2, 0, 0, 1, 1]), account(soft, "soft", [4, 0, 0, 2, 1, 1])]);
  expect(code).toBe(0);
  expect(await campaigns()).toEqual([]);
  expect(await db.selectFrom("imports").select("id").execute()).toEqual([]);
});

test("imports into a new campaign, then into the same one by another spelling; paths are the caller's", async () => {
  const first = await run("--campaign", "Enero", "--list", "soft", "--sent-at", "14/02/2022 15:14", "Soft Bounce.csv");
  expect(first.code).toBe(0);
  expect(accounts(first.lines)).toEqual([account("Soft Bounce.csv", "soft", [4, 2, 0, 0, 1, 1])]);
  const second = await run("--campaign", " ENERO", "--list=sent", "--", sent, sent);
  expect(accounts(second.lines)).toEqual([
    account(sent, "sent", [2, 1, 0, 1, 0, 0]),
    account(sent, "sent", [2, 0, 0, 2, 0, 0]),
  ]);
  expect(await campaigns()).toEqual([{ name: "Enero", sent_at: new Date("2022-02-14T20:14Z") }]);
});

test("takes an import back by the number that it printed, once", async () => {
  const { lines } = await run("--campaign", "Mayo", sent, "--list", "sent");
  const { import: number } = JSON.parse(lines[0] ?? "{}") as { import: number };
  expect(await run("--undo", String(number))).toMatchObject({ code: 0, lines: [`{"undone":${number},"left":0}`] });
  expect(await run("--undo", String(number))).toMatchObject({ code: 2, lines: [] });
  expect(await db.selectFrom("deliveries").select("address_id").where("import_id", "=", number).execute()).toEqual([]);
});

test("a column is told by its header or its number, and an archive opens with its password", async () => {
  const zip = new ZipWriter(new Uint8ArrayWriter(), { password: "mari4821", zipCrypto: true });
  await zip.add("rebotes suaves.csv", new TextReader("Quién;Qué;Dónde\nz@x.example;full;Cali\n"));
  await zip.add("readme/abiertos.csv", new TextReader("Contact Email\ny@x.example\n"));
  const file = fileOf("export.zip", await zip.close());
  const without = await run("--campaign", "Junio", file);
  expect(without).toMatchObject({ code: 2, lines: [], said: expect.stringContaining("protected by a password") });
  const wrong = await run("--campaign", "Junio", file, "--password", "wrong");
  expect(wrong).toMatchObject({ code: 2, said: expect.stringContaining("the password doesn't open it") });
  const map = ["--map", "qué=reason", "--map", "3=company"];
  const opened = await run("--campaign", "Junio", file, "--password", "mari4821", ...map);
  expect(accounts(opened.lines)).toEqual([
    account(`${file}/rebotes suaves.csv`, "soft", [1, 1, 0, 0, 0, 0]),
    account(`${file}/readme/abiertos.csv`, "opened", [1, 1, 0, 0, 0, 0]),
  ]);
  const found = db.selectFrom("contacts").select(["company"]).where("search", "like", "%z@x.example%");
  expect(await found.execute()).toEqual([{ company: "Cali" }]);
});

test("files that can't be read don't stop the others, and the exit code is 2", async () => {
  const binary = fileOf(
    "foto.csv",
    new Uint8Array(1000).map((_, index) => (index * 37) % 256),
  );
  const columns = fileOf("soft columns.csv", "x,y\n1,2\n");
  const answer = await run("--campaign", "Febrero", path.join(folder, "none.csv"), binary, columns, sent, soft);
  expect(answer.code).toBe(2);
  expect(accounts(answer.lines)).toEqual([account(soft, "soft", [4, 2, 0, 0, 1, 1])]);
  for (const reason of ["none.csv can't be read: ENOENT", "it is no text", "no column holds", "name it with --list"]) {
    expect(answer.said).toContain(reason);
  }
  const nothing = await run("--campaign", "Marzo", binary);
  expect(nothing).toMatchObject({ code: 2, lines: [] });
  expect((await campaigns()).map(({ name }) => name)).toEqual(["Enero", "Mayo", "Junio", "Febrero"]);
});

test.each([
  [[]],
  [["--campaign", "Abril"]],
  [["--campaign", " ", "x.csv"]],
  [["--campaign", "Abril", "--list", "rebotes", "x.csv"]],
  [["--campaign", "Abril", "--nonsense", "x.csv"]],
  [["--campaign", "Abril", "--map", "Correo=mail", "x.csv"]],
  [["--campaign", "Abril", "--sheet", "0", "x.csv"]],
  [["--undo", "last"]],
])("wrong arguments %j: how it is used, and exit code 2", async (args) => {
  const { code, lines, said } = await run(...args);
  expect({ code, lines }).toEqual({ code: 2, lines: [] });
  expect(said).toContain("--campaign NAME");
});

test("a date that can't be read", async () => {
  const { code, said } = await run("--campaign", "Abril", "--sent-at", "some day", soft);
  expect([code, said]).toEqual([2, expect.stringContaining("some day")]);
});
