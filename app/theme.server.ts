import { createCookie } from "@remix-run/node";

/** light or dark; absent = as the device says. */
export const themeCookie = createCookie("theme", { path: "/", sameSite: "lax", maxAge: 365 * 24 * 60 * 60 });
