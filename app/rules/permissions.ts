import type { Role } from "#db/schema.ts";

/** What a role may enter. `reports` is campaigns and their figures; `removals` is the list, its export and its decisions. */
export const permissions = [
  "worklist",
  "contacts",
  "calls",
  "ask-removal",
  "reports",
  "imports",
  "removals",
  "settings",
  "users",
] as const;

export type Permission = (typeof permissions)[number];

const sales: Permission[] = ["worklist", "contacts", "calls", "ask-removal"];

const granted: Record<Role, readonly Permission[]> = {
  sales,
  marketing: [...sales, "imports", "reports"],
  "crm-administrator": ["reports", "contacts", "removals"],
  administrator: permissions,
};

export function permissionsOf(role: Role): readonly Permission[] {
  return granted[role];
}

export function may(role: Role, permission: Permission): boolean {
  return granted[role].includes(permission);
}

/** Where somebody lands who asked for no page in particular. */
export function homeOf(role: Role): string {
  return role === "sales" ? "/worklist" : "/campaigns";
}
