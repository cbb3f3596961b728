import { createCookie, redirect } from "@remix-run/node";
import { overHttps } from "./session.server.ts";

/** A form that the message carries. */
type FlashForm = { action: string; fields?: Record<string, string | string[]> };

/**
 * What the next page says of the write before it: a key of i18n with its values, where the write can be taken back, and
 * what one may want to do next (`offer.text` is a key, too).
 */
export type Flash = {
  text: string;
  values?: Record<string, string | number>;
  tone?: "good" | "warning";
  undo?: FlashForm;
  offer?: FlashForm & { text: string };
};

const flashCookie = createCookie("flash", {
  path: "/",
  sameSite: "lax",
  httpOnly: true,
  secure: overHttps,
  maxAge: 60,
});

/** The redirect that ends a write. */
export async function redirectWith(url: string, flash: Flash, headers = new Headers()): Promise<Response> {
  headers.append("Set-Cookie", await flashCookie.serialize(flash));
  return redirect(url, { headers });
}

/** The message of the write before this page, with the header that says it only once. */
export async function takeFlash(request: Request): Promise<{ flash: Flash | null; headers: HeadersInit }> {
  const flash: Flash | null = await flashCookie.parse(request.headers.get("Cookie"));
  return { flash, headers: flash ? { "Set-Cookie": await flashCookie.serialize("", { maxAge: 0 }) } : {} };
}
