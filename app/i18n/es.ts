import account from "./es/account.ts";
import calls from "./es/calls.ts";
import campaigns from "./es/campaigns.ts";
import common from "./es/common.ts";
import contacts from "./es/contacts.ts";
import error from "./es/error.ts";
import imports from "./es/imports.ts";
import incidents from "./es/incidents.ts";
import loops from "./es/loops.ts";
import nav from "./es/nav.ts";
import removals from "./es/removals.ts";
import rules from "./es/rules.ts";
import sample from "./es/sample.ts";
import settings from "./es/settings.ts";
import setup from "./es/setup.ts";
import signIn from "./es/signIn.ts";
import table from "./es/table.ts";
import users from "./es/users.ts";
import verdict from "./es/verdict.ts";
import worklist from "./es/worklist.ts";

const es = {
  calls,
  contacts,
  verdict,
  worklist,
  imports,
  incidents,
  loops,
  campaigns,
  common,
  error,
  nav,
  table,
  removals,
  rules,
  account,
  sample,
  settings,
  setup,
  signIn,
  users,
};

export default es;

type Shape<T> = T extends string ? string : { [K in keyof T]: Shape<T[K]> };
/** The shape that every language fills: one text for each of Spanish's. */
export type Texts = Shape<typeof es>;
