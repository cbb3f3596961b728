import campaigns from "./es/campaigns.ts";
import common from "./es/common.ts";
import error from "./es/error.ts";
import nav from "./es/nav.ts";
import table from "./es/table.ts";

const es = { campaigns, common, error, nav, table };

export default es;

type Shape<T> = T extends string ? string : { [K in keyof T]: Shape<T[K]> };
/** The shape that every language fills: one text for each of Spanish's. */
export type Texts = Shape<typeof es>;
