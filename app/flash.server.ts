import { createCookie, redirect } from "@remix-run/node";

/**
 * What the next page says of the write before it: a key of i18n with its values, and where the write can be taken back.
 * `undo` is posted as a form to `action`.
 */
export type Flash = {
  text: string;
  values?: Record<string, string | number>;
  tone?: "good" | "warning";
  undo?: { action: string; fields?: Record<string, string> };
};

const flashCookie = createCookie("flash", { path: "/", sameSite: "lax", httpOnly: true, maxAge: 60 });

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
