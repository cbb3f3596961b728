import { createHash, timingSafeEqual } from "node:crypto";
import { hash, verify } from "@node-rs/argon2";

// argon2id (the library's default) with the least cost that OWASP's Password Storage Cheat Sheet accepts: 19 MiB, two passes, one lane.
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export function hashPassword(password: string): Promise<string> {
  return hash(password, cost);
}

let nobody: Promise<string> | undefined;

/**
 * Whether the password is the one that was hashed. Without a hash (nobody has that e-mail) it takes the same time and is
 * false, so that the answer's delay doesn't tell who has an account.
 */
export async function checkPassword(password_hash: string | undefined, password: string): Promise<boolean> {
  nobody ??= hashPassword("nobody");
  const right = await verify(password_hash ?? (await nobody), password).catch(() => false);
  return right && password_hash !== undefined;
}

/** Compares a code that somebody typed with the right one, dashes and spaces aside, in a time that tells nothing. */
export function isCode(typed: string, right: string): boolean {
  const digest = (code: string) => createHash("sha256").update(code.replace(/\D/g, "")).digest();
  return timingSafeEqual(digest(typed), digest(right));
}
