import { startSession } from "#app/session.server.ts";
import { findOrganization, setUp } from "#db/queries/organization.ts";
import { createUser, findUserByEmail } from "#db/queries/users.ts";
import type { Language, Role } from "#db/schema.ts";

export interface Person {
  id: number;
  name: string;
  email: string;
  role: Role;
  /** The session's cookie, "name=value". */
  cookie: string;
}

const organization = { name: "Café Ejemplo", language: "es", country: "CO", time_zone: "America/Bogota" } as const;

/** A set-up organisation, if there is none yet: what every screen but the first visit takes for granted. */
async function setUpOrganization(): Promise<void> {
  if (await findOrganization()) return;
  await setUp(organization, { name: "Alba Primera", email: "alba@example.com", password_hash: "none" });
}

let count = 0;

/** Somebody new with this role, signed in. Nobody can sign in as them by password. */
export async function signedIn(role: Role, language: Language = "es"): Promise<Person> {
  await setUpOrganization();
  count += 1;
  const name = `${role[0]?.toUpperCase()}${role.slice(1)} ${count}`;
  const email = `${role}.${process.pid}.${count}@example.com`;
  await createUser({ name, email, password_hash: "none", role, language });
  const user = await findUserByEmail(email);
  if (!user) throw new Error(`${email} was not created`);
  const cookie = (await startSession(new Request("http://localhost/"), user.id)).split(";")[0] ?? "";
  return { id: user.id, name, email, role, cookie };
}
