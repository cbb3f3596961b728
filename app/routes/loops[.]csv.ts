import type { LoaderFunctionArgs } from "@remix-run/node";
import { formatter } from "#app/i18n/format.ts";
import { languageOf, translator } from "#app/i18n/language.server.ts";
import { contentDisposition, csvFile, fileName } from "#app/rules/csv.ts";
import { requireUser } from "#app/session.server.ts";
import { listLoops } from "#db/queries/loops.ts";

/** More addresses than anybody takes off a list by hand. */
const most = 10_000;

/** The addresses that may loop, to be taken off the sender's lists. */
export async function loader({ request }: LoaderFunctionArgs) {
  const user = await requireUser(request, "reports");
  const language = await languageOf(request);
  const t = translator(language);
  const { local } = formatter(`${language}-${user.country}`, user.time_zone);
  const { loops } = await listLoops({ page: 1, size: most });
  const columns = [
    "email",
    "firstName",
    "lastName",
    "company",
    "phone",
    "campaignsInRow",
    "within",
    "campaign",
    "repliedAt",
    "reply",
  ] as const;
  const content = csvFile(
    columns.map((column) => t(`loops.file.${column}`)),
    loops.map((row) => [
      ...[row.email, row.first_name, row.last_name, row.company, row.phone, row.in_row, row.burst, row.campaign],
      row.replied_at ? local(row.replied_at).replace("T", " ") : "",
      row.reason,
    ]),
  );
  return new Response(content, {
    headers: {
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": contentDisposition(fileName([t("loops.title")], "csv")),
      "Cache-Control": "no-store",
    },
  });
}
