import { Readable } from "node:stream";
import { createReadableStreamFromReadable, type LoaderFunctionArgs } from "@remix-run/node";
import type { TFunction } from "i18next";
import { formatter } from "#app/i18n/format.ts";
import { languageOf, translator } from "#app/i18n/language.server.ts";
import { parseParams, parseSearch } from "#app/request.ts";
import { contentDisposition, csvLine, csvStart, fileName } from "#app/rules/csv.ts";
import { requireUser } from "#app/session.server.ts";
import { type BounceRow, type BounceView, readBounces } from "#db/queries/bounces.ts";
import { findCampaign } from "#db/queries/campaigns.ts";
import { filterTexts, Search, stateTexts, TabParams, viewOf } from "./campaigns.$campaignId.$tab/view.ts";

/** The rows of a tab as its screen shows them, all pages: same filters, order and columns. */
export async function loader({ params, request }: LoaderFunctionArgs) {
  const user = await requireUser(request, "reports");
  const { campaignId, tab } = parseParams(params, TabParams);
  const campaign = await findCampaign(campaignId);
  if (!campaign) throw new Response(null, { status: 404 });
  const search = parseSearch(request, Search);
  const language = await languageOf(request);
  const t = translator(language);
  const format = formatter(`${language}-${user.country}`, user.time_zone);
  const name = fileName([campaign.name, t(`campaigns.tab.${tab}`), ...filterTexts(search, t)], "csv");
  const lines = Readable.from(linesOf(viewOf({ campaignId, tab }, search, new Date()), search, t, format));
  return new Response(createReadableStreamFromReadable(lines), {
    headers: {
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": contentDisposition(name),
      "Cache-Control": "no-store",
    },
  });
}

async function* linesOf(view: BounceView, search: Search, t: TFunction, format: ReturnType<typeof formatter>) {
  // Beside the source's words, ours.
  const headers = (column: Search["columns"][number]) =>
    column === "reason" ? [t("verdict.verdict"), t("verdict.whoseProblem")] : [];
  yield csvStart(search.columns.flatMap((column) => [...headers(column), t(`campaigns.field.${column}`)]));
  const verdict = ({ category, problem }: BounceRow) => [
    category ? t(`verdict.says.${category}`) : "",
    problem ? t(`verdict.problem.${problem}`) : "",
  ];
  const cell = (row: BounceRow, column: Search["columns"][number]) => {
    if (column === "state") return row.state === "none" ? "" : stateTexts(row, t, format).join(" · ");
    if (column === "bounced_at") return row.bounced_at ? format.local(row.bounced_at).replace("T", " ") : "";
    return row[column];
  };
  for await (const rows of readBounces(view)) {
    yield rows
      .map((row) =>
        csvLine(search.columns.flatMap((column) => [...(column === "reason" ? verdict(row) : []), cell(row, column)])),
      )
      .join("");
  }
}
