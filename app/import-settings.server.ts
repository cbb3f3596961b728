import { fields } from "#app/import/columns.ts";
import { readForm } from "#app/request.ts";
import { importLists } from "#db/lists.ts";
import type { ImportSettings } from "#db/queries/import-drafts.ts";

/**
 * The review form's answers, draft by draft: `list-12`, `sheet-12`, `order-12`, `overwrite-12`, and `column-12-3` for the fourth
 * column of draft 12. "auto" leaves a matter to recognition, so that only what a person changed counts as chosen.
 */
export async function readSettings(request: Request): Promise<(ImportSettings & { id: number })[]> {
  const form = await readForm(request);
  const drafts = new Map<string, ImportSettings & { id: number }>();
  for (const [name, value] of form) {
    const [, id = ""] = /^list-(\d{1,9})$/.exec(name) ?? [];
    if (!id) continue;
    const sheet = form.get(`sheet-${id}`)?.toString() ?? "auto";
    const order = form.get(`order-${id}`);
    drafts.set(id, {
      id: Number(id),
      list: importLists.find((list) => list === value) ?? null,
      mapping: null,
      sheet: /^\d{1,4}$/.test(sheet) ? Number(sheet) : null,
      day_first: order === "day" ? true : order === "month" ? false : null,
      overwrite: form.get(`overwrite-${id}`) !== "fill",
    });
  }
  for (const [name, value] of form) {
    const [, id = "", column = ""] = /^column-(\d{1,9})-(\d{1,4})$/.exec(name) ?? [];
    const draft = drafts.get(id);
    if (!draft || value === "auto") continue;
    draft.mapping = { ...draft.mapping, [column]: fields.find((one) => one === value) ?? null };
  }
  return [...drafts.values()];
}
