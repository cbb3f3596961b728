import { randomUUID } from "node:crypto";
import type { ServerBuild } from "@remix-run/node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { may, type Permission } from "#app/rules/permissions.ts";
import { db } from "#db/connection.ts";
import { roles } from "#db/lists.ts";
import { createBatches } from "#db/queries/batches.ts";
import { recordCall } from "#db/queries/calls.ts";
import { requestRemovals } from "#db/queries/removals.ts";
import { findUserByEmail } from "#db/queries/users.ts";
import { type App, type Client, startApp } from "../app.ts";
import { campaignOf, contactOf, followUpsOf, incidentOf, ruleOf } from "../bounced.ts";
import { ownDatabase } from "../database.ts";
import { draftOf } from "../imported.ts";
import { signedIn } from "../people.ts";

/** Who may: those whose role grants it, all who are signed in, or everybody. */
type Need = Permission | "signed in" | "everybody";

/** What each route's loader and action need. One that has none of the two has no entry for it. */
const needs: Record<string, { get?: Need; post?: Need }> = {
  root: { get: "everybody" },
  "routes/$": { get: "signed in" },
  "routes/_index": { get: "signed in" },
  "routes/account": { get: "signed in", post: "signed in" },
  "routes/account_.password": { get: "signed in", post: "signed in" },
  "routes/account_.sessions": { get: "everybody", post: "signed in" },
  "routes/assignments": { get: "everybody", post: "worklist" },
  "routes/batches.$batchId[.]csv": { get: "removals" },
  "routes/batches._index": { get: "removals", post: "removals" },
  "routes/calls.$callId.edit": { get: "calls", post: "calls" },
  "routes/calls.$callId.take-back": { get: "everybody", post: "calls" },
  "routes/campaigns.$campaignId": { get: "reports" },
  "routes/campaigns.$campaignId.$tab": { get: "reports" },
  "routes/campaigns.$campaignId.$tab[.]csv": { get: "reports" },
  "routes/campaigns.$campaignId._index": { get: "reports" },
  "routes/campaigns.$campaignId.incidents": { get: "reports" },
  "routes/campaigns.$campaignId_.delete": { get: "everybody", post: "imports" },
  "routes/campaigns.$campaignId_.edit": { get: "imports", post: "imports" },
  "routes/campaigns._index": { get: "reports" },
  "routes/campaigns_.$campaignId.drafts": { get: "imports", post: "imports" },
  "routes/campaigns_.$campaignId.imports": { get: "imports", post: "imports" },
  "routes/contacts.$contactId._index": { get: "contacts" },
  "routes/contacts.$contactId.call": { get: "calls", post: "calls" },
  "routes/contacts.$contactId.claim": { get: "everybody", post: "calls" },
  "routes/contacts.$contactId.dismiss": { get: "everybody", post: "worklist" },
  "routes/contacts.$contactId.edit": { get: "contacts", post: "contacts" },
  "routes/contacts.$contactId.skip": { get: "everybody", post: "calls" },
  "routes/contacts._index": { get: "contacts" },
  "routes/follow-ups": { get: "everybody", post: "worklist" },
  "routes/health": { get: "everybody" },
  "routes/imports.$importId._index": { get: "imports" },
  "routes/imports.$importId.cancel": { get: "imports", post: "imports" },
  "routes/imports.$importId.discard": { get: "imports", post: "imports" },
  "routes/imports.$importId.problems": { get: "imports" },
  "routes/imports.$importId.rejected[.]csv": { get: "imports" },
  "routes/imports.$importId.retry": { get: "imports", post: "imports" },
  "routes/imports.$importId.undo": { get: "imports", post: "imports" },
  "routes/imports._index": { get: "imports" },
  "routes/imports.new": { get: "imports", post: "imports" },
  "routes/imports.news": { get: "imports" },
  "routes/imports.told": { get: "imports", post: "imports" },
  "routes/incidents.$incidentId.hold": { get: "everybody", post: "worklist" },
  "routes/incidents.$incidentId.release": { get: "everybody", post: "worklist" },
  "routes/language": { get: "everybody", post: "everybody" },
  "routes/removals.$removalId.take-back": { get: "everybody", post: "removals" },
  "routes/removals.$removalId.withdraw": { get: "everybody", post: "ask-removal" },
  "routes/loops._index": { get: "reports" },
  "routes/loops[.]csv": { get: "reports" },
  "routes/removals._index": { get: "removals" },
  "routes/removals.confirm": { get: "everybody", post: "removals" },
  "routes/removals.keep": { get: "removals", post: "removals" },
  "routes/removals.new": { get: "ask-removal", post: "ask-removal" },
  "routes/rules.$ruleId": { get: "settings", post: "settings" },
  "routes/rules.$ruleId_.move": { get: "everybody", post: "settings" },
  "routes/rules.$ruleId_.remove": { get: "everybody", post: "settings" },
  "routes/rules.$ruleId_.restore": { get: "everybody", post: "settings" },
  "routes/rules.$ruleId_.switch": { get: "everybody", post: "settings" },
  "routes/rules._index": { get: "settings" },
  "routes/rules.new": { get: "settings", post: "settings" },
  "routes/sample": { get: "everybody", post: "imports" },
  "routes/sample_.remove": { get: "everybody", post: "imports" },
  "routes/settings": { get: "settings", post: "settings" },
  "routes/setup": { get: "everybody", post: "everybody" },
  "routes/sign-in": { get: "everybody", post: "everybody" },
  "routes/sign-out": { get: "everybody", post: "everybody" },
  "routes/theme": { get: "everybody", post: "everybody" },
  "routes/uploads": { get: "imports", post: "imports" },
  "routes/users.$userId": { get: "users", post: "users" },
  "routes/users.$userId_.password": { get: "users", post: "users" },
  "routes/users.$userId_.remove": { get: "everybody", post: "users" },
  "routes/users.$userId_.restore": { get: "everybody", post: "users" },
  "routes/users.$userId_.sessions": { get: "everybody", post: "users" },
  "routes/users._index": { get: "users" },
  "routes/users.new": { get: "users", post: "users" },
  "routes/welcome": { get: "signed in" },
  "routes/worklist._index": { get: "worklist" },
  "routes/worklist.next": { get: "everybody", post: "calls" },
};

ownDatabase();
let app: App;
let routes: ServerBuild["routes"];
beforeAll(async () => {
  app = await startApp();
  const build = (await import(new URL("../../build/server/index.js", import.meta.url).href)) as ServerBuild;
  routes = build.routes;
});
afterAll(() => app?.stop());

/** A fresh row for each parameter: no request meets what another one changed. `user_id` is whose rows they are. */
const parameters: Record<string, (user_id: number) => Promise<string | number>> = {
  campaignId: () => campaignOf(`Campaign ${randomUUID()}`),
  tab: async () => "soft",
  contactId: async () => (await bounced()).id,
  userId: async () => (await signedIn("sales")).id,
  importId: async (user_id) => draftOf(await campaignOf(`Campaign ${randomUUID()}`), user_id),
  removalId: async (user_id) => {
    const { id } = await bounced();
    await requestRemovals({
      contact_ids: [id],
      campaign_id: null,
      decision: "remove",
      reason: "Closed",
      requested_by: user_id,
    });
    return (await db.selectFrom("removals").select("id").where("contact_id", "=", id).executeTakeFirstOrThrow()).id;
  },
  batchId: async () => batchId,
  incidentId: () => incidentOf(),
  ruleId: async (user_id) => ruleOf(user_id),
  callId: async (user_id) => {
    const { id } = await bounced();
    const [open] = await followUpsOf(id);
    const saved = await recordCall(
      {
        contact_id: id,
        follow_up_id: open?.id ?? null,
        called_by: user_id,
        outcome: "no-answer",
        note: "",
        call_back_at: null,
        address: null,
        removal_reason: "",
        form_key: randomUUID(),
        claim_minutes: 15,
      },
      (attempts) => ({ due_at: new Date(Date.now() + 3_600_000), is_call_back: false, attempts: attempts + 1 }),
    );
    if ("refusal" in saved) throw new Error(saved.refusal);
    return saved.call_id;
  },
};

async function bounced() {
  const campaign_id = await campaignOf(`Campaign ${randomUUID()}`);
  return contactOf({}, [{ campaign_id, bounce_kind: "soft", bounce_reason: "mailbox full" }]);
}

let owner: number;
let batchId: number;
beforeAll(async () => {
  owner = (await signedIn("administrator")).id;
  await parameters.removalId?.(owner);
  const file = { file_name: "crm.csv", content: "Email\r\n" };
  const order = { form_key: randomUUID(), created_by: owner, removal_ids: null };
  const { batches } = await createBatches(order, (rows) => [{ ...file, rows }]);
  batchId = batches[0]?.id ?? 0;
});

/** The route's URL, with rows of this user's in place of its parameters. */
async function urlOf(route_id: string, user_id: number): Promise<string> {
  if (route_id === "routes/$") return "/no/such/page";
  // It stands around every page; this one everybody may see.
  if (route_id === "root") return "/sign-in";
  if (!routes[route_id]) throw new Error(`${route_id} is no route`);
  let url = "";
  for (let route: (typeof routes)[string] | undefined = routes[route_id]; route; route = routes[route.parentId ?? ""]) {
    if (route.path) url = `/${route.path}${url}`;
  }
  const names = [...url.matchAll(/:(\w+)/g)].map((match) => match[1] ?? "");
  for (const name of names) {
    const value = await parameters[name]?.(user_id);
    if (value === undefined) throw new Error(`No row for :${name} of ${url}`);
    url = url.replace(`:${name}`, String(value));
  }
  return url || "/";
}

/** A page can be asked for whole, and its data without what stands around it: both must be guarded. */
async function get(client: Client, route_id: string, url: string): Promise<Response[]> {
  const isPage = route_id === "root" || routes[route_id]?.module.default !== undefined;
  const whole = await client.get(url);
  if (!isPage) return [whole];
  const asked = `${url === "/" ? "/_root" : url}.data?_routes=${encodeURIComponent(route_id)}`;
  return [whole, await client.get(asked)];
}

async function post(client: Client, route_id: string, url: string): Promise<Response[]> {
  return [await client.post(routes[route_id]?.index ? `${url}?index` : url)];
}

/** 403, "sign-in" for a way to the entrance, or "in". */
async function outcome(response: Response): Promise<string> {
  // A redirect in answer to a request for data is in its body, with status 202.
  const entrance = response.status === 202 ? await response.text() : response.headers.get("Location");
  if (entrance?.includes("/sign-in")) return "sign-in";
  if (response.status === 403) return "403";
  return [200, 202, 302, 400].includes(response.status) ? "in" : String(response.status);
}

/** What is met by those who may. */
const admission: Record<string, string> = {
  "GET routes/$": "404",
  // The organisation is there already, as it is in every test here.
  "POST routes/setup": "sign-in",
  "POST routes/sign-out": "sign-in",
};

test("every route stands in the table, with what it has", () => {
  const built = Object.values(routes).map(({ id, module }) => [
    id,
    [module.loader ? "get" : "", module.action ? "post" : ""].filter(Boolean).join(" "),
  ]);
  const listed = Object.entries(needs).map(([id, need]) => [id, Object.keys(need).join(" ")]);
  expect(Object.fromEntries(built)).toEqual(Object.fromEntries(listed));
});

const requests = Object.entries(needs).flatMap(([id, { get: read, post: write }]) => [
  ...(read ? [{ name: `GET ${id}`, id, need: read, ask: get }] : []),
  ...(write ? [{ name: `POST ${id}`, id, need: write, ask: post }] : []),
]);

test.each(requests)("$name: $need", async ({ name, id, need, ask }) => {
  const admitted = admission[name] ?? "in";
  const met: Record<string, string[]> = {};
  for (const role of roles) {
    const user = await app.signIn(role);
    const answers = await ask(user, id, await urlOf(id, user.person.id));
    met[role] = await Promise.all(answers.map(outcome));
  }
  const visited = await ask(app.visitor(), id, await urlOf(id, owner));
  met["signed out"] = await Promise.all(visited.map(outcome));

  const every = (answer: string) => visited.map(() => answer);
  const open = need === "everybody" || need === "signed in";
  expect(met).toEqual({
    ...Object.fromEntries(roles.map((role) => [role, every(open || may(role, need) ? admitted : "403")])),
    "signed out": every(need === "everybody" ? admitted : "sign-in"),
  });
});

test("what a role must not do is not done before it is refused", async () => {
  const counts = async () =>
    Promise.all(
      (["campaigns", "calls", "removals", "batches", "imports", "users", "follow_ups"] as const).map((table) =>
        db
          .selectFrom(table)
          .select((eb) => eb.fn.countAll<number>().as("count"))
          .executeTakeFirstOrThrow(),
      ),
    );
  const contact = await bounced();
  const crm = await app.signIn("crm-administrator");
  const sales = await app.signIn("sales");
  const before = await counts();
  const refused = await Promise.all([
    crm.post(`/contacts/${contact.id}/call`, { outcome: "no-answer", note: "", form_key: randomUUID() }),
    crm.post("/removals/new", { contact: contact.id, decision: "remove", reason: "Closed" }),
    crm.post("/sample"),
    sales.post("/batches?index", { form_key: randomUUID(), scope: "all" }),
    sales.post("/users/new", {
      ...{ name: "Eva", email: "eva@example.com", role: "administrator", language: "es" },
      password: "una frase bien larga",
    }),
  ]);
  expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
  expect(await counts()).toEqual(before);
  expect(await findUserByEmail("eva@example.com")).toBeUndefined();
});
