import { createHash } from "node:crypto";
import { RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import { attempts } from "#db/queries/attempts.ts";

const WINDOW = 15 * 60;

function limiter(keyPrefix: string, points: number) {
  return new RateLimiterPostgres({
    storeClient: attempts,
    storeType: "client",
    tableName: "attempts",
    tableCreated: true,
    keyPrefix,
    points,
    duration: WINDOW,
  });
}

// An office shares one address, so that many may err at once; one account at that address may not.
const limits = {
  "sign-in": { account: limiter("sign-in-account", 8), address: limiter("sign-in-address", 60) },
  password: { account: limiter("password-account", 8), address: limiter("password-address", 60) },
  "set-up": { account: limiter("set-up-account", 8), address: limiter("set-up-address", 60) },
};

export type Attempt = { act: keyof typeof limits; account: string; clientAddress: string };

/**
 * Counts an attempt before it is tried, so that many at the same moment count too. Answers how many minutes to wait
 * (1 or more), or undefined when it may be tried.
 */
export async function countAttempt({ act, account, clientAddress }: Attempt): Promise<number | undefined> {
  const from = digest(networkOf(clientAddress));
  const waits = await Promise.all([
    waitOf(limits[act].address, from),
    waitOf(limits[act].account, digest(`${account.trim().toLowerCase()} ${from}`)),
  ]);
  const longest = Math.max(...waits);
  return longest > 0 ? Math.ceil(longest / 60_000) : undefined;
}

/** After a success: the account starts anew, and the address gets its point back. */
export async function forgetAttempts({ act, account, clientAddress }: Attempt): Promise<void> {
  const from = digest(networkOf(clientAddress));
  await Promise.all([
    limits[act].account.delete(digest(`${account.trim().toLowerCase()} ${from}`)),
    limits[act].address.reward(from),
  ]);
}

async function waitOf(limit: RateLimiterPostgres, key: string): Promise<number> {
  try {
    await limit.consume(key);
    return 0;
  } catch (refused) {
    if (refused instanceof RateLimiterRes) return Math.max(refused.msBeforeNext, 1);
    throw refused;
  }
}

const digest = (text: string) => createHash("sha256").update(text).digest("hex");

/** One household of IPv6 has 2^64 addresses: what is counted is its network. */
function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "").toLowerCase();
  if (!plain.includes(":")) return plain;
  const [head = "", tail] = plain.split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":"));
  const first = groups(head);
  const last = groups(tail ?? "");
  const zeros = Array<string>(Math.max(0, 8 - first.length - last.length)).fill("0");
  return [...first, ...zeros, ...last].slice(0, 4).join(":");
}
