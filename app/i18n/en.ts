import account from "./en/account.ts";
import calls from "./en/calls.ts";
import campaigns from "./en/campaigns.ts";
import common from "./en/common.ts";
import contacts from "./en/contacts.ts";
import error from "./en/error.ts";
import imports from "./en/imports.ts";
import incidents from "./en/incidents.ts";
import loops from "./en/loops.ts";
import nav from "./en/nav.ts";
import removals from "./en/removals.ts";
import rules from "./en/rules.ts";
import sample from "./en/sample.ts";
import settings from "./en/settings.ts";
import setup from "./en/setup.ts";
import signIn from "./en/signIn.ts";
import table from "./en/table.ts";
import users from "./en/users.ts";
import verdict from "./en/verdict.ts";
import worklist from "./en/worklist.ts";
import type { Texts } from "./es.ts";

const en: Texts = {
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

export default en;
