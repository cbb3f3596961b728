import type { LoaderFunctionArgs } from "@remix-run/node";
import { z } from "zod";
import { languageOf, translator } from "#app/i18n/language.server.ts";
import type { ProblemCode } from "#app/import/codes.ts";
import { Id, parseParams } from "#app/request.ts";
import { contentDisposition, csvLine, csvStart, fileName } from "#app/rules/csv.ts";
import { requireUser } from "#app/session.server.ts";
import { listRejected } from "#db/queries/import-problems.ts";
import { findImport } from "#db/queries/imports.ts";

/** The rejected rows with the file's own columns, and why: to be mended and imported again. */
export async function loader({ params, request }: LoaderFunctionArgs) {
  await requireUser(request, "imports");
  const { importId } = parseParams(params, z.object({ importId: Id }));
  const found = await findImport(importId);
  if (!found) throw new Response(null, { status: 404 });
  const t = translator(await languageOf(request));
  const headers = found.headers ?? [];

  const encoder = new TextEncoder();
  let after: number | undefined = 0;
  const body = new ReadableStream({
    start(controller) {
      const own = [t("imports.rejectedFile.line"), t("imports.rejectedFile.reason")];
      controller.enqueue(encoder.encode(csvStart([...headers, ...own])));
    },
    async pull(controller) {
      const rows = after === undefined ? [] : await listRejected(importId, after);
      const lines = rows.map(({ line, code, raw }) => {
        const cells = headers.map((_, column) => raw[column]);
        return csvLine([...cells, line, t(`imports.problem.${code as ProblemCode}`), ...raw.slice(headers.length)]);
      });
      if (lines.length > 0) controller.enqueue(encoder.encode(lines.join("")));
      after = rows.at(-1)?.line;
      if (after === undefined) controller.close();
    },
  });
  const name = fileName([found.campaign, found.file_name, t("imports.rejectedFile.name")], "csv");
  return new Response(body, {
    headers: { "Content-Type": "text/csv; charset=utf-8", "Content-Disposition": contentDisposition(name) },
  });
}
