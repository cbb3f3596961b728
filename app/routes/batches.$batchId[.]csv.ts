import type { LoaderFunctionArgs } from "@remix-run/node";
import { z } from "zod";
import { Id, parseParams } from "#app/request.ts";
import { contentDisposition } from "#app/rules/csv.ts";
import { requireUser } from "#app/session.server.ts";
import { findBatchFile } from "#db/queries/batches.ts";

const Params = z.object({ batchId: Id });

/** A batch's file, the same bytes as on the day that it was handed over. */
export async function loader({ params, request }: LoaderFunctionArgs) {
  await requireUser(request, "removals");
  const { batchId } = parseParams(params, Params);
  const file = await findBatchFile(batchId);
  if (!file) throw new Response(null, { status: 404 });
  return new Response(new Uint8Array(file.content), {
    headers: {
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": contentDisposition(file.file_name),
      "Cache-Control": "private, no-cache",
      ETag: `"${file.sha256}"`,
    },
  });
}
