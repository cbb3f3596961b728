import { spawn } from "node:child_process";
import { expect, test } from "vitest";

/** What `npm run classify` prints for these bytes. */
async function classify(...parts: (string | Uint8Array)[]): Promise<{ code: number; lines: string[]; said: string }> {
  const child = spawn(process.execPath, ["scripts/run.mjs", "classify.ts"]);
  let out = "";
  let said = "";
  child.stdout.on("data", (data) => (out += data));
  child.stderr.on("data", (data) => (said += data));
  for (const part of parts) child.stdin.write(part);
  child.stdin.end();
  const code = await new Promise<number>((resolve) => child.on("close", resolve));
  return { code, said, lines: out.split("\n").slice(0, -1) };
}

const categories = (lines: string[]) => lines.map((line) => (JSON.parse(line) as { category: string }).category);

test("answers each line in its order: CRLF, empty lines, what is no UTF-8, and a last line without an end", async () => {
  const { code, said, lines } = await classify(
    "550 5.1.1 User unknown\r\n\r\nbad-mail",
    "box\n",
    new Uint8Array([0xff, 0xfe, 0x20, 0x62, 0x75, 0x7a, 0xf3, 0x6e, 0x0a]),
    "552 El buz\u00f3n est\u00e1 lleno\n552 Mailbox full",
  );
  expect({ code, said }).toEqual({ code: 0, said: "" });
  expect(categories(lines)).toEqual([
    "no-such-mailbox",
    "unknown",
    "no-such-mailbox",
    "unknown",
    "mailbox-full",
    "mailbox-full",
  ]);
  expect(JSON.parse(lines[0] ?? "")).toEqual({
    kind: "hard",
    category: "no-such-mailbox",
    problem: "address",
    confidence: "high",
    rule: "user-unknown",
  });
});

test("a character cut between two parts is one character", async () => {
  const bytes = Buffer.from("Buzón lleno\n");
  const { lines } = await classify(bytes.subarray(0, 4), bytes.subarray(4));
  expect(categories(lines)).toEqual(["mailbox-full"]);
});

test("nothing in, nothing out", async () => {
  expect(await classify()).toEqual({ code: 0, said: "", lines: [] });
});

test("more than a pipe holds, each reason another", async () => {
  const reasons = Array.from(
    { length: 30_000 },
    (_, n) => `550 5.1.1 <p${n}@example.com>: User unknown ${"x".repeat(40)}\n`,
  );
  const { lines } = await classify(...reasons);
  expect(lines).toHaveLength(reasons.length);
  expect(new Set(categories(lines))).toEqual(new Set(["no-such-mailbox"]));
});
