import { once } from "node:events";
import { verdictOf } from "#app/rules/verdict.ts";

/** How many different reasons are remembered; most of what comes in has been said before. */
const remembered = 20_000;

/**
 * `npm run classify`: one reason a line on stdin, our verdict on each as one JSON object a line on stdout, in the same order. Lines end with LF
 * or CRLF; what isn't UTF-8 is read with replacement characters.
 */
export default async function main(): Promise<void> {
  const known = new Map<string, string>();
  const answer = (line: string): string => {
    const reason = line.endsWith("\r") ? line.slice(0, -1) : line;
    const before = known.get(reason);
    if (before !== undefined) return before;
    const said = `${JSON.stringify(verdictOf(reason))}\n`;
    if (known.size >= remembered) known.clear();
    // A copy: what was cut out of a part of the input keeps the whole part.
    if (reason.length < 1000) known.set(Buffer.from(reason).toString(), said);
    return said;
  };

  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    // Whoever reads has seen enough ("| head").
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
  const decoder = new TextDecoder();
  /** The line that has not ended yet, in the parts in which it came. */
  let open: string[] = [];
  for await (const part of process.stdin) {
    const [first = "", ...lines] = decoder.decode(part as Uint8Array, { stream: true }).split("\n");
    open.push(first);
    const next = lines.pop();
    if (next === undefined) continue;
    let out = answer(open.join(""));
    for (const line of lines) out += answer(line);
    open = [next];
    if (!process.stdout.write(out)) await once(process.stdout, "drain");
  }
  const last = open.join("") + decoder.decode();
  if (last !== "") process.stdout.write(answer(last));
}
