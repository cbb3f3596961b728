import campaigns from "./en/campaigns.ts";
import common from "./en/common.ts";
import error from "./en/error.ts";
import nav from "./en/nav.ts";
import table from "./en/table.ts";
import type { Texts } from "./es.ts";

const en: Texts = { campaigns, common, error, nav, table };

export default en;
