import { afterAll, beforeAll, expect, test } from "vitest";
import { listSessions } from "#db/queries/sessions.ts";
import { findAccount, findUserByEmail, removeUser } from "#db/queries/users.ts";
import { type App, startApp } from "../app.ts";
import { ownDatabase } from "../database.ts";

ownDatabase();
let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

const location = (response: Response) => response.headers.get("Location");
const password = "una frase corta";

test("an administrator adds a user, who signs in with the first password", async () => {
  const administrator = await app.signIn("administrator");
  expect(await (await administrator.get("/users/new")).text()).toContain('name="password"');
  const fields = { name: "Lía Soto", email: "lia@example.com", role: "marketing", language: "es", password };
  expect(location(await administrator.post("/users/new", fields))).toBe("/users");
  const list = await (await administrator.get("/users")).text();
  expect(list).toContain("Lía Soto ya puede entrar.");
  expect(list).toContain("lia@example.com");

  const lia = app.visitor();
  expect((await lia.post("/sign-in", { email: "lia@example.com", password })).status).toBe(302);
  expect(location(await lia.get("/"))).toBe("/campaigns");

  const taken = await administrator.post("/users/new", { ...fields, email: "LIA@example.com" });
  expect([taken.status, await taken.text()]).toEqual([
    400,
    expect.stringContaining("Otro usuario ya tiene este correo."),
  ]);
  const weak = await administrator.post("/users/new", { ...fields, email: "b@example.com", password: "lia soto 1" });
  expect([weak.status, await weak.text()]).toEqual([400, expect.stringContaining("Se parece demasiado")]);
  expect((await administrator.post("/users/new", { ...fields, role: "owner" })).status).toBe(400);
});

test("a changed role takes effect on the next request", async () => {
  const administrator = await app.signIn("administrator");
  const other = await app.signIn("administrator");
  expect((await other.get("/users")).status).toBe(200);
  const { id, name, email } = other.person;
  const changed = await administrator.post(`/users/${id}`, { name, email, role: "sales" });
  expect(location(changed)).toBe("/users");
  expect((await other.get("/users")).status).toBe(403);
  expect((await other.post("/users/new", {})).status).toBe(403);
  expect(location(await other.get("/"))).toBe("/worklist");
});

test("a removed user is out on the next request; undo lets them in again", async () => {
  const administrator = await app.signIn("administrator");
  const sales = await app.signIn("sales");
  const removed = await administrator.post(`/users/${sales.person.id}/remove`);
  expect(location(removed)).toBe("/users");
  const list = await (await administrator.get("/users")).text();
  expect(list).toContain(`${sales.person.name} ya no tiene acceso.`);
  expect(list).toContain(`action="/users/${sales.person.id}/restore"`);
  expect(location(await sales.get("/account"))).toBe("/sign-in?next=%2Faccount");
  expect((await administrator.get(`/users/${sales.person.id}`)).status).toBe(404);

  await administrator.post(`/users/${sales.person.id}/restore`);
  expect((await findAccount(sales.person.id))?.name).toBe(sales.person.name);
  // The sessions of before stay ended.
  expect(location(await sales.get("/account"))).toBe("/sign-in?next=%2Faccount");
});

test("nobody removes themself, and the last administrator stays one", async () => {
  const administrator = await app.signIn("administrator");
  const { id, name, email } = administrator.person;
  await administrator.post(`/users/${id}/remove`);
  expect(await (await administrator.get("/users")).text()).toContain("No puede quitarse a usted mismo.");

  const page = await (await administrator.get("/users")).text();
  const others = [...page.matchAll(/href="\/users\/(\d+)"/g)]
    .map((match) => Number(match[1]))
    .filter((one) => one !== id);
  for (const other of others) await removeUser(other);
  const demoted = await administrator.post(`/users/${id}`, { name, email, role: "sales" });
  expect([demoted.status, await demoted.text()]).toEqual([400, expect.stringContaining("Es el único administrador")]);
  expect((await administrator.get("/users")).status).toBe(200);
});

test("an administrator ends somebody's session and sets a new password, which ends them all", async () => {
  const administrator = await app.signIn("administrator");
  const sales = await app.signIn("sales");
  const [session] = await listSessions(sales.person.id, "");
  expect(await (await administrator.get(`/users/${sales.person.id}`)).text()).toContain(`value="${session?.id}"`);

  const bystander = await app.signIn("sales");
  await administrator.post(`/users/${bystander.person.id}/sessions`, { session: session?.id ?? "" });
  expect((await sales.get("/account")).status).toBe(200);
  await administrator.post(`/users/${sales.person.id}/sessions`, { session: session?.id ?? "" });
  expect((await sales.get("/account")).status).toBe(302);

  const set = await administrator.post(`/users/${bystander.person.id}/password`, { password });
  expect(location(set)).toBe(`/users/${bystander.person.id}`);
  expect((await bystander.get("/account")).status).toBe(302);
  expect((await app.visitor().post("/sign-in", { email: bystander.person.email, password })).status).toBe(302);
  expect((await administrator.post(`/users/${bystander.person.id}/password`, { password: "corta" })).status).toBe(400);
});

test.each(["sales", "marketing", "crm-administrator"] as const)(
  "%s can't administer users or settings",
  async (role) => {
    const person = await app.signIn(role);
    const target = await app.signIn("sales");
    for (const path of [
      "/users",
      "/users/new",
      `/users/${target.person.id}`,
      `/users/${target.person.id}/password`,
      "/settings",
    ]) {
      expect((await person.get(path)).status).toBe(403);
    }
    for (const act of ["", "/password", "/sessions", "/remove", "/restore"]) {
      expect((await person.post(`/users/${target.person.id}${act}`, { role: "administrator" })).status).toBe(403);
    }
    expect((await person.post("/settings", {})).status).toBe(403);
    expect((await person.post("/sample")).status).toBe(role === "marketing" ? 302 : 403);
    expect((await person.post("/sample/remove")).status).toBe(role === "marketing" ? 302 : 403);
  },
);

test("an unknown user is not found", async () => {
  const administrator = await app.signIn("administrator");
  for (const id of ["0", "999999", "x", "1e3", "99999999999"]) {
    expect((await administrator.get(`/users/${id}`)).status).toBe(404);
    expect((await administrator.post(`/users/${id}/remove`)).status).toBe(404);
    expect((await administrator.post(`/users/${id}/restore`)).status).toBe(404);
    const fields = { name: "X", email: "x@example.com", role: "sales" };
    expect((await administrator.post(`/users/${id}`, fields)).status).toBe(404);
  }
  expect(await findUserByEmail("x@example.com")).toBeUndefined();
});
