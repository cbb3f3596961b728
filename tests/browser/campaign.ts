import { readFile } from "node:fs/promises";
import type { Download, Page } from "@playwright/test";
import type { TFunction } from "i18next";
import Papa from "papaparse";

/** The figures of the campaign's page by their name, as its table shows our own count: `{ Enviados: "582", … }`. */
export async function figuresOf(page: Page, t: TFunction): Promise<Record<string, string>> {
  const rows = page.getByRole("table", { name: t("campaigns.figures") }).getByRole("row");
  await rows.first().waitFor();
  const figures: Record<string, string> = {};
  for (const row of (await rows.all()).slice(1)) {
    const [name, ours] = [row.getByRole("rowheader"), row.getByRole("cell").first()];
    // Below the figure may stand what it is counted from.
    figures[(await name.textContent()) ?? ""] = await ours.evaluate((cell) => cell.firstChild?.textContent ?? "");
  }
  return figures;
}

/** A table as a person reads it: header and rows without the columns of checkboxes and buttons. */
export async function tableOn(page: Page, name: string, columns: number): Promise<string[][]> {
  const table = page.getByRole("table", { name });
  await table.waitFor();
  const lines = await table.evaluate((element) =>
    [...(element as HTMLTableElement).rows].map((row) =>
      [...row.cells]
        .filter((cell) => !cell.querySelector("input[type=checkbox]"))
        // Of a reason the source's own words, without our reading of them.
        // biome-ignore lint/performance/useDomNodeTextContent: what a phone alone shows is not read here
        .map((cell) => (cell.querySelector("samp") ?? cell).innerText),
    ),
  );
  return lines.map((cells) => cells.slice(0, columns).map(plain));
}

const plain = (text: string) =>
  text
    .replaceAll(/[\s\u00a0·]+/g, " ")
    .trim()
    .replace(/^—$/, "");

export async function bytesOf(download: Download): Promise<Buffer> {
  return readFile(await download.path());
}

/** The lines of a CSV as a spreadsheet shows them: without byte order mark, and without the apostrophe that marks text. */
export function linesOf(csv: Buffer): string[][] {
  const { data } = Papa.parse<string[]>(csv.toString("utf8").replace(/^\ufeff/, ""), { skipEmptyLines: true });
  return data.map((cells) => cells.map((cell) => plain(cell.replace(/^'/, ""))));
}
