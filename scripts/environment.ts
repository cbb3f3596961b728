import net from "node:net";
import { z } from "zod";

const isProxy = (text: string) => {
  const [address = "", bits = "0"] = text.trim().split("/");
  return (
    ["loopback", "linklocal", "uniquelocal"].includes(address) || (net.isIP(address) > 0 && /^\d{1,3}$/.test(bits))
  );
};
const Loopback = /^(localhost|127(\.\d+){3}|::1)$/;
const unset = (value: unknown) => (typeof value === "string" && value.trim() === "" ? undefined : value);
const optional = <T extends z.ZodType>(schema: T) => z.preprocess(unset, schema);

const Environment = z.object({
  PORT: optional(z.coerce.number().int().min(0).max(65_535).default(3000)),
  HOST: optional(z.string().default("127.0.0.1")),
  DATA_DIR: optional(z.string().default(".data")),
  DATABASE_URL: optional(
    z
      .string()
      .regex(/^postgres(ql)?:\/\//)
      .optional(),
  ),
  /** The address that browsers see, when a proxy stands before us: `https://rebote.example.com`. */
  ORIGIN: optional(
    z
      .url({ protocol: /^https?$/ })
      .transform((url) => new URL(url).origin)
      .optional(),
  ),
  /** Whose X-Forwarded-For is believed: a number of proxies, or addresses (Express's "trust proxy"). */
  TRUST_PROXY: optional(
    z
      .string()
      .default("loopback")
      .refine((value) => /^\d+$/.test(value) || value.split(",").every(isProxy))
      .transform((value) => (/^\d+$/.test(value) ? Number(value) : value)),
  ),
  LOG_LEVEL: optional(z.enum(["fatal", "error", "warn", "info", "debug", "silent"]).default("info")),
});

export type Environment = z.infer<typeof Environment>;

const wanted: Record<keyof Environment, string> = {
  PORT: "a number from 0 to 65535",
  HOST: "an address of this machine",
  DATA_DIR: "a folder",
  DATABASE_URL: "postgres://user:password@host:5432/database",
  ORIGIN: "the public address, such as https://rebote.example.com",
  TRUST_PROXY: "a number of proxies or their addresses",
  LOG_LEVEL: "fatal, error, warn, info, debug or silent",
};

class EnvironmentProblem extends Error {
  readonly plain = true;
}

/** The settings from the environment; throws one line that names every bad one, without its value (it may be secret). */
export function readEnvironment(environment: NodeJS.ProcessEnv = process.env): Environment {
  const parsed = Environment.safeParse(environment);
  if (parsed.success) return parsed.data;
  const names = new Set(parsed.error.issues.map(({ path }) => path[0] as keyof Environment));
  throw new EnvironmentProblem([...names].map((name) => `${name} must be ${wanted[name]}`).join("; "));
}

/** Whether only this machine can reach the address. */
export const isLoopback = (host: string): boolean => Loopback.test(host);
