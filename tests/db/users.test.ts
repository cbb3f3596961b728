import { sql } from "kysely";
import { expect, test } from "vitest";
import { db } from "#db/connection.ts";
import {
  changePassword,
  createUser,
  findAccount,
  findUserByEmail,
  listAccounts,
  removeUser,
  restoreUser,
  updateUser,
} from "#db/queries/users.ts";
import { ownDatabase } from "../database.ts";
import { signedIn } from "../people.ts";

ownDatabase();

async function onlyAdministrators(count: number): Promise<number[]> {
  const people = [];
  for (let made = 0; made < count; made++) people.push(await signedIn("administrator"));
  const ids = people.map(({ id }) => id);
  await sql`update users set role = 'sales' where id <> all(${ids}::int[])`.execute(db);
  return ids;
}

const administrators = async () =>
  (await listAccounts()).filter(({ role, removed_at }) => role === "administrator" && !removed_at).length;

test("the last administrator can be neither demoted nor removed", async () => {
  const [only = 0] = await onlyAdministrators(1);
  const demotion = { name: "Ana", email: "ana@example.com", role: "sales" } as const;
  expect(await updateUser(only, demotion)).toBe("last-administrator");
  expect(await removeUser(only)).toBe("last-administrator");
  expect(await updateUser(only, { ...demotion, role: "administrator" })).toBeUndefined();

  const second = await signedIn("administrator");
  expect(await updateUser(only, demotion)).toBeUndefined();
  expect(await removeUser(second.id)).toBe("last-administrator");
});

test("many administrators who remove and demote each other at the same moment leave one", async () => {
  const ids = await onlyAdministrators(8);
  await Promise.all(
    ids.map((id) =>
      id % 2 ? removeUser(id) : updateUser(id, { name: "Otro", email: `otro${id}@example.com`, role: "marketing" }),
    ),
  );
  expect(await administrators()).toBe(1);
});

test("a removed user is signed out, and what they held is free", async () => {
  const { id, email } = await signedIn("sales");
  const colleague = await signedIn("sales");
  await sql`
    with contact as (insert into contacts (first_name) select 'C' from generate_series(1, 4) returning id),
      numbered as (select id, row_number() over () as n from contact)
    insert into follow_ups (contact_id, kind, assigned_to, claimed_by, claimed_at, closed_at, closed_as)
    select id, 'manual',
      case n when 1 then ${id}::int when 4 then ${id}::int when 3 then ${colleague.id}::int end,
      case n when 2 then ${id}::int when 3 then ${colleague.id}::int end, case when n in (2, 3) then now() end,
      case n when 4 then now() end, case n when 4 then 'dismissed'::follow_up_result end
    from numbered
  `.execute(db);
  expect(await removeUser(id)).toBeUndefined();

  const { rows } = await sql<{ assigned_to: number | null; claimed_by: number | null; open: boolean }>`
    select assigned_to, claimed_by, closed_at is null as open from follow_ups order by id
  `.execute(db);
  expect(rows).toEqual([
    { assigned_to: null, claimed_by: null, open: true },
    { assigned_to: null, claimed_by: null, open: true },
    { assigned_to: colleague.id, claimed_by: colleague.id, open: true },
    { assigned_to: id, claimed_by: null, open: false },
  ]);
  expect(await findUserByEmail(email)).toBeUndefined();
  expect(await findAccount(id)).toBeUndefined();
  expect(await removeUser(id)).toBe("unknown");
  expect((await listAccounts()).find((user) => user.id === id)).toMatchObject({ sessions: 0, last_seen_at: null });

  expect(await restoreUser(id)).toBeUndefined();
  expect((await findAccount(id))?.email).toBe(email);
});

test("an e-mail belongs to one present user, whatever its case", async () => {
  const first = await signedIn("sales");
  const second = await signedIn("sales");
  const other = { name: "B", email: first.email.toUpperCase() };
  expect(await updateUser(second.id, other)).toBe("email-taken");
  expect(await updateUser(first.id, other)).toBeUndefined();
  await removeUser(first.id);
  expect(await updateUser(second.id, other)).toBeUndefined();
  expect(await restoreUser(first.id)).toBe("email-taken");
  expect(await updateUser(999_999, { name: "C", email: "c@example.com" })).toBe("unknown");
  const again = { ...other, password_hash: "none", role: "sales", language: "es" } as const;
  expect(await createUser(again)).toBeUndefined();
});

test("a new password ends every session but the one that is kept", async () => {
  const { id } = await signedIn("sales");
  await sql`
    insert into sessions (token_hash, user_id, expires_at)
    select 'digest ' || n, ${id}::int, now() + interval '1 day' from generate_series(1, 3) as n
  `.execute(db);
  const sessions = async () => (await listAccounts()).find((user) => user.id === id)?.sessions;
  expect(await sessions()).toBe(4);
  await changePassword(id, "new", "digest 2");
  expect(await sessions()).toBe(1);
  await changePassword(id, "newer");
  expect(await sessions()).toBe(0);
});
