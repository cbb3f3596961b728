import { createHash } from "node:crypto";
import * as XLSX from "@e965/xlsx";
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";
import fc from "fast-check";
import iconv from "iconv-lite";
import officeCrypto from "officecrypto-tool";
import { describe, expect, test } from "vitest";
import { fileFailures } from "#app/import/codes.ts";
import { fileOf } from "#app/import/formats/bytes.ts";
import { openCompound } from "#app/import/formats/compound.ts";
import { markupReader } from "#app/import/formats/markup.ts";
import { openWorkbook, workbookLimits } from "#app/import/formats/workbook.ts";

type Cell = XLSX.CellObject;
type Options = NonNullable<Parameters<typeof openWorkbook>[1]>;

async function read(source: Uint8Array | string, options: Options = {}) {
  const result = await openWorkbook(typeof source === "string" ? Buffer.from(source) : source, options);
  if ("failure" in result) throw new Error(result.failure);
  return result;
}

async function rows(source: Uint8Array | string, options: Options = {}) {
  return (await read(source, options)).lines.map(({ cells }) => cells);
}

async function failure(source: Uint8Array | string, options: Options = {}) {
  const result = await openWorkbook(typeof source === "string" ? Buffer.from(source) : source, options);
  return "failure" in result ? result.failure : "none";
}

async function zip(files: Record<string, string | Uint8Array>): Promise<Buffer> {
  const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
  for (const [name, content] of Object.entries(files))
    await writer.add(name, new Uint8ArrayReader(Buffer.from(content)));
  return Buffer.from(await writer.close());
}

function sheetOf(cells: (Cell | undefined)[][]): XLSX.WorkSheet {
  const width = Math.max(...cells.map((row) => row.length));
  return {
    "!data": cells as Cell[][],
    "!ref": XLSX.utils.encode_range({ s: { r: 0, c: 0 }, e: { r: cells.length - 1, c: width - 1 } }),
  };
}

function book(sheets: Record<string, XLSX.WorkSheet>): XLSX.WorkBook {
  const workbook = XLSX.utils.book_new();
  for (const [name, sheet] of Object.entries(sheets)) XLSX.utils.book_append_sheet(workbook, sheet, name);
  return workbook;
}

const write = (workbook: XLSX.WorkBook, bookType: XLSX.BookType, options: XLSX.WritingOptions = {}): Buffer =>
  XLSX.write(workbook, { type: "buffer", bookType, compression: true, ...options });
const table = (cells: unknown[][], bookType: XLSX.BookType = "xlsx") =>
  write(book({ Hoja1: XLSX.utils.aoa_to_sheet(cells, { UTC: true }) }), bookType);

const contacts = [
  ["Contact Email", "Razón", "Phone"],
  ["ana@ejemplo.com", "Buzón lleno – “señal” €", "3005550101"],
  ["luz@ejemplo.com", "<b>&amp;</b>\n2ª línea", "005550102"],
];
const formats: XLSX.BookType[] = ["xlsx", "biff8", "ods", "fods", "xlml"];

describe("cells become what an import needs", () => {
  test.each(formats)("%s: texts as they are", async (format) => {
    expect(await rows(table(contacts, format))).toEqual(contacts);
  });

  test("with shared strings, and without", async () => {
    const workbook = book({ Hoja1: XLSX.utils.aoa_to_sheet(contacts) });
    expect(await rows(write(workbook, "xlsx", { bookSST: true }))).toEqual(contacts);
    expect(await rows(write(workbook, "xlsx", { bookSST: false }))).toEqual(contacts);
  });

  const serial = 46067 + (15 * 60 + 14) / 1440;
  const cells: [string, Cell, string][] = [
    ["a phone", { t: "n", v: 3001234567 }, "3001234567"],
    ["a phone in a format of science", { t: "n", v: 573001234567, z: "0.00E+00" }, "573001234567"],
    ["a phone with thousands", { t: "n", v: 3001234567, z: "#,##0" }, "3001234567"],
    ["a number with zeros in front", { t: "n", v: 5550101, z: "0000000000" }, "0005550101"],
    ["zeros in front, in a language's format", { t: "n", v: 5550101, z: "[$-240A]0000000000" }, "0005550101"],
    ["zeros in front, in Finnish", { t: "n", v: 5550101, z: "[$-40E]0000000000" }, "0005550101"],
    ["a phone in groups", { t: "n", v: 3001234567, z: "000\\ 000\\ 0000" }, "300 123 4567"],
    [
      "Excel's own phone format",
      { t: "n", v: 3001234567, z: "[<=9999999]###\\-####;\\(###\\)\\ ###\\-####" },
      "(300) 123-4567",
    ],
    ["a phone with its country", { t: "n", v: 573001234567, z: "\\+0" }, "+573001234567"],
    ["an id of 18 digits", { t: "n", v: 487687600000033000 }, "487687600000033000"],
    ["a count", { t: "n", v: 3, z: "0" }, "3"],
    ["money", { t: "n", v: 1234.5, z: '"$"\\ #,##0.00' }, "1234.5"],
    ["what is left of 0.1 + 0.2", { t: "n", v: 0.1 + 0.2 }, "0.3"],
    ["a loss in brackets", { t: "n", v: -5, z: "0_);(0)" }, "-5"],
    ["a percentage", { t: "n", v: 0.076, z: "0.0%" }, "7.6%"],
    ["a date", { t: "n", v: 46067, z: "dd/mm/yyyy" }, "2026-02-14"],
    ["a date and time", { t: "n", v: serial, z: "d/m/yy h:mm" }, "2026-02-14T15:14:00"],
    ["a time behind a date's format", { t: "n", v: serial, z: "dd/mm/yyyy" }, "2026-02-14T15:14:00"],
    ["a date in Spanish", { t: "n", v: 46067, z: '[$-240A]d" de "mmmm" de "yyyy;@' }, "2026-02-14"],
    ["a time", { t: "n", v: 0.5 + 1 / 1440, z: "h:mm AM/PM" }, "12:01:00"],
    ["a duration", { t: "n", v: 1.5, z: "[h]:mm" }, "36:00"],
    ["a phone that was taken for a date", { t: "n", v: 3001234567, z: "dd/mm/yyyy" }, "3001234567"],
    ["true", { t: "b", v: true }, "TRUE"],
    ["a text with zeros in front", { t: "s", v: "0057" }, "0057"],
    ["a formula's value", { t: "s", v: "ana@ejemplo.com", f: 'A1&"@ejemplo.com"' }, "ana@ejemplo.com"],
    ["a formula's number", { t: "n", v: 3001234567, f: "1+1" }, "3001234567"],
  ];
  test.each(cells)("%s", async (_, cell, text) => {
    for (const format of ["xlsx", "biff8", "xlml"] as const) {
      // Excel's XML has no zone and no fraction of its own, and SheetJS writes a date into it by the clock of this machine.
      if (format === "xlml" && /date|time|duration/.test(_)) continue;
      expect([format, await rows(write(book({ Hoja1: sheetOf([[{ t: "s", v: "x" }, cell]]) }), format))]).toEqual([
        format,
        [["x", text]],
      ]);
    }
  });

  test.each(["xlsx", "biff8"] as const)("%s: an error is empty", async (format) => {
    expect(
      await rows(
        write(
          book({
            Hoja1: sheetOf([
              [
                { t: "s", v: "x" },
                { t: "e", v: 42 },
                { t: "s", v: "y" },
              ],
            ]),
          }),
          format,
        ),
      ),
    ).toEqual([["x", "", "y"]]);
  });

  test.each(["xlsx", "biff8"] as const)("%s: dates that count from 1904", async (format) => {
    const workbook = book({
      Hoja1: sheetOf([
        [
          { t: "s", v: "x" },
          { t: "n", v: serial - 1462, z: "d/m/yy h:mm" },
        ],
      ]),
    });
    workbook.Workbook = { WBProps: { date1904: true } };
    expect(await rows(write(workbook, format))).toEqual([["x", "2026-02-14T15:14:00"]]);
  });

  test("rich text, breaks of pronunciation, text in place, and a text that is empty", async () => {
    const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
    const bytes = await xlsxOf({
      "xl/worksheets/sheet1.xml": `<worksheet ${main}><sheetData><row r="3">
        <c r="A3" t="s"><v>1</v></c><c r="B3" t="s"><v>2</v></c><c r="D3" t="inlineStr"><is><r><t>en </t></r><r><t>línea</t></r></is></c>
        <c r="E3" t="d"><v>2026-02-14T15:14:00</v></c><c r="F3" t="str"><f>A1</f><v>a_x000D_b</v></c></row></sheetData></worksheet>`,
      "xl/sharedStrings.xml": `<sst ${main}><si/><si><r><t>Ana </t></r><r><rPr><b/></rPr><t xml:space="preserve">María</t></r></si>
        <si><t>東京</t><rPh sb="0" eb="2"><t>とうきょう</t></rPh></si></sst>`,
    });
    expect(await read(bytes)).toMatchObject({
      lines: [{ line: 3, cells: ["Ana María", "東京", "", "en línea", "2026-02-14T15:14:00", "a\rb"] }],
    });
  });

  test("ODS: what LibreOffice writes", async () => {
    const cell = (attributes: string, content = "") => `<table:table-cell ${attributes}>${content}</table:table-cell>`;
    const p = (text: string) => `<text:p>${text}</text:p>`;
    const bytes = await odsOf(`<table:table table:name="Rebotes"><table:table-column/>
      <table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
      <table:table-row>${cell('office:value-type="string"', p("Ana<text:s text:c='2'/>María") + p("2ª"))}
        ${cell('office:value-type="date" office:date-value="2026-02-14T15:14:00.5"', p("14/02/26"))}
        ${cell('office:value-type="date" office:date-value="2026-02-14"', p("14/02/26"))}
        ${cell('office:value-type="time" office:time-value="PT15H14M00S"', p("03:14 PM"))}
        ${cell('office:value-type="float" office:value="3001234567"', p("3,00E+09"))}
        ${cell('office:value-type="float" office:value="5550101"', p("0005550101"))}
        ${cell('office:value-type="percentage" office:value="0.076"', p("7,6 %"))}
        ${cell('office:value-type="boolean" office:boolean-value="true"', p("VERDADERO"))}
        ${cell('office:value-type="string" calcext:value-type="error"', p("#N/D"))}
        ${cell('office:value-type="string" table:number-columns-spanned="2"', `<office:annotation>${p("nota")}</office:annotation>${p("unida")}`)}
        <table:covered-table-cell/>${cell('office:value-type="string" table:number-columns-repeated="2"', p("dos"))}
        <table:table-cell table:number-columns-repeated="16371"/></table:table-row>
      <table:table-row table:number-rows-repeated="2">${cell('office:value-type="string"', p("otra"))}</table:table-row>
      <table:table-row table:number-rows-repeated="1048571"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
      </table:table>`);
    expect((await read(bytes)).lines).toEqual([
      {
        line: 3,
        cells: [
          "Ana  María\n2ª",
          "2026-02-14T15:14:00",
          "2026-02-14",
          "15:14:00",
          "3001234567",
          "0005550101",
          "7.6%",
          "TRUE",
          "",
          "unida",
          "",
          "dos",
          "dos",
        ],
      },
      { line: 4, cells: ["otra"] },
      { line: 5, cells: ["otra"] },
    ]);
  });

  test("Excel's XML of 2003", async () => {
    const text = `<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
      <Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
      <Styles><Style ss:ID="s1"><NumberFormat ss:Format="0000000000"/></Style><Style ss:ID="s2"><NumberFormat ss:Format="Percent"/></Style></Styles>
      <Worksheet ss:Name="Año &amp; mes"><Table><Row ss:Index="4"><Cell ss:MergeAcross="1"><Data ss:Type="String">Ana&#10;M</Data>
      <Comment><ss:Data>nota</ss:Data></Comment></Cell><Cell><Data ss:Type="DateTime">2026-02-14T15:14:00.000</Data></Cell>
      <Cell ss:StyleID="s1"><Data ss:Type="Number">5550101</Data></Cell><Cell ss:Index="7" ss:StyleID="s2"><Data ss:Type="Number">0.076</Data></Cell>
      <Cell><Data ss:Type="Number">3.001234567E9</Data></Cell><Cell><Data ss:Type="Error">#N/A</Data></Cell><Cell><Data ss:Type="Boolean">1</Data></Cell>
      </Row></Table></Worksheet></Workbook>`;
    expect(await read(text)).toEqual({
      sheets: [{ name: "Año & mes", rows: 1, isHidden: false }],
      sheet: 0,
      lines: [
        {
          line: 4,
          cells: ["Ana\nM", "", "2026-02-14T15:14:00", "0005550101", "", "", "7.6%", "3001234567", "", "TRUE"],
        },
      ],
    });
  });

  test.each([
    ["UTF-8, by a PHP script", "utf-8"],
    ["Windows-1252, by old Excel", "win1252"],
  ])("XLS without Unicode: %s", async (_, encoding) => {
    const label = (row: number, column: number, text: string) => {
      const bytes = iconv.encode(text, encoding);
      return record(0x204, row, column, 0, bytes.length, bytes);
    };
    const bytes = Buffer.concat([
      record(0x809, 0, 0x10, 0, 0),
      label(0, 0, "Razón – €"),
      label(1, 0, "ñandú"),
      record(0x0a),
    ]);
    expect(await rows(bytes)).toEqual([["Razón – €"], ["ñandú"]]);
  });

  test("XLS: texts that are cut in two, packed numbers, formulas, a chart in a sheet", async () => {
    const latin = (text: string) => Buffer.from(text, "latin1");
    const wide = (text: string) => Buffer.from(text, "utf16le");
    const texts = Buffer.concat([
      record(0xfc, 4, 0, 4, 0, 3, Buffer.of(0), latin("Ana"), 14, Buffer.of(1), wide("Razón – ")),
      // Goes on with one byte for each character; then one with marks of its letters and its pronunciation, cut among these.
      record(0x3c, Buffer.of(0), latin("señal!"), 2, Buffer.of(0x0d), 1, 6, 0, wide("東京"), Buffer.of(1)),
      record(0x3c, Buffer.alloc(9), 6, Buffer.of(0)),
      record(0x3c, Buffer.of(1), wide("€ final".slice(0, 6))),
    ]);
    const globals = (position: number) =>
      Buffer.concat([
        record(0x809, 0x600, 5, 0, 0),
        record(0x42, 1200),
        record(0x41e, 164, 10, Buffer.of(0), latin("0000000000")),
        ...[0, 164, 22, 10].map((format) => record(0xe0, 0, format, Buffer.alloc(16))),
        record(0x85, position & 0xffff, position >> 16, 0, Buffer.of(5, 1), wide("Año –")),
        texts,
        record(0x0a),
      ]);
    const rk = (value: number) => Buffer.of(value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >> 24) & 255);
    const double = (value: number) => {
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleLE(value);
      return bytes;
    };
    const sheet = [
      record(0x809, 0x600, 0x10, 0, 0),
      ...[0, 1, 2, 3].map((index) => record(0xfd, 4, index, 0, index, 0)),
      record(0xbd, 2, 0, 0, rk((317 << 2) | 2), 1, rk((5550101 << 2) | 2), 3, rk((760 << 2) | 3), 2),
      record(0x27e, 2, 3, 0, rk(0x3ff80000)),
      record(0x27e, 2, 4, 0, rk((-5 << 2) | 2)),
      record(0x203, 2, 5, 2, double(46067 + (15 * 60 + 14) / 1440)),
      record(0x06, 3, 0, 0, Buffer.of(0, 0, 0, 0, 0, 0, 255, 255), Buffer.alloc(8)),
      record(0x4bc, Buffer.alloc(10)),
      record(0x207, 3, Buffer.of(1), wide("a–b")),
      record(0x06, 3, 1, 0, double(3001234567), Buffer.alloc(8)),
      record(0x06, 3, 2, 0, Buffer.of(1, 0, 1, 0, 0, 0, 255, 255), Buffer.alloc(8)),
      record(0x06, 3, 3, 0, Buffer.of(2, 0, 42, 0, 0, 0, 255, 255), Buffer.alloc(8)),
      record(0x809, 0x600, 0x20, 0, 0),
      record(0x203, 9, 9, 0, double(1)),
      record(0x0a),
      record(0x201, 3, 9, 0),
      record(0x205, 3, 4, 0, Buffer.of(42, 1)),
      record(0x205, 3, 5, 0, Buffer.of(0, 0)),
      record(0x0a),
      // What pads the stream to its sector.
      Buffer.alloc(40),
    ];
    const stream = Buffer.concat([globals(globals(0).length), ...sheet]);
    const expected = {
      sheets: [{ name: "Año –", rows: 3, isHidden: false }],
      sheet: 0,
      lines: [
        { line: 3, cells: ["317", "0005550101", "760%", "1.5", "-5", "2026-02-14T15:14:00"] },
        { line: 4, cells: ["a–b", "3001234567", "TRUE", "", "", "FALSE"] },
        { line: 5, cells: ["Ana", "Razón – señal!", "東京", "€ fina"] },
      ],
    };
    expect(await read(compound({ Workbook: stream }))).toEqual(expected);
    expect(await read(stream)).toEqual(expected);
    for (const end of [41, 50, 60, 100, 300]) expect(await failure(stream.subarray(0, -end))).toBe("workbook-damaged");
  });
});

describe("web pages", () => {
  test.each([
    [
      "the plain one",
      "<html><table><tr><th>Correo</th><th>Razón</th></tr><tr><td>ana@ejemplo.com</td><td>Buz&oacute;n&nbsp;&lt;lleno&gt; &#8211; &#150; &#x20AC; &nada;</td></tr></table>",
      [
        ["Correo", "Razón"],
        ["ana@ejemplo.com", "Buzón <lleno> – – € &nada;"],
      ],
    ],
    [
      "breaks and layout",
      "<table><tr><td>uno<br>dos<br/>\n   tres</td><td><p>a</p><p>b</p></td></tr></table>",
      [["uno dos tres", "a b"]],
    ],
    [
      "columns and rows that are spanned",
      "<table><tr><td colspan=2>ab<td rowspan='2'>c<tr><td>d<td>e<tr><td>f<td>g<td>h</table>",
      [
        ["ab", "", "c"],
        ["d", "e"],
        ["f", "g", "h"],
      ],
    ],
    [
      "a row span in front",
      "<table><tr><td rowspan=2>a<td>b<tr><td>c</table>",
      [
        ["a", "b"],
        ["", "c"],
      ],
    ],
    ["tags that are never closed", "<table><tr><td>a<td>b<tr><td>c", [["a", "b"], ["c"]]],
    ["rows without their table", "<tr><td>a</td><td>b</td></tr><tr><td>c</td></tr>", [["a", "b"], ["c"]]],
    [
      "what Excel makes of a phone",
      '<table><tr><td x:num="3001234567">3.00E+09</td><td sdval="3001234568">###</td><td x:num="1.5">1,5</td></tr></table>',
      [["3001234567", "3001234568", "1,5"]],
    ],
    [
      "scripts, styles, comments",
      "<table><tr><script>if (a<b) '<td>no</td>'</script><td>a<!-- <td>no --></td><style>td>b{}</style><td>b</td></table>",
      [["a", "b"]],
    ],
    [
      "attributes with marks in them",
      `<table><tr><td title="a>b" onclick='x("<td>")'>a</td><td title=it's>b</td></tr></table>`,
      [["a", "b"]],
    ],
    [
      "empty rows and columns",
      "<table><tr><td></td></tr><tr><td>&nbsp;</td></tr><tr><td>a</td><td> </td></tr></table>",
      [["a"]],
    ],
  ])("%s", async (_, text, expected) => {
    expect(await rows(text)).toEqual(expected);
  });

  test("of several tables, nested ones too, the one with addresses, else the longest", async () => {
    const menu = "<table><tr><td>Inicio<tr><td>Informes<tr><td>Salir</table>";
    const list = "<table><tr><td>ana@ejemplo.com<tr><td>luz@ejemplo.com</table>";
    const layout = (inside: string) => `<html><table><tr><td>${menu}</td><td>${inside}</td></tr></table>`;
    expect(await rows(layout(list))).toEqual([["ana@ejemplo.com"], ["luz@ejemplo.com"]]);
    expect(await rows(layout("Hola"))).toEqual([["Inicio"], ["Informes"], ["Salir"]]);
    expect((await read(layout(list), { sheet: 0 })).sheets).toEqual([
      { name: "#1", rows: 3, isHidden: false },
      { name: "#2", rows: 2, isHidden: false },
    ]);
  });

  test.each([
    ["utf-8", "", true],
    ["utf-8", "", false],
    ["utf-8", '<meta charset="utf-8">', false],
    ["win1252", "", false],
    ["win1252", '<meta http-equiv=Content-Type content="text/html; charset=iso-8859-1">', false],
    ["win1252", '<meta charset="utf-8">', false],
    ["macroman", '<meta charset="macintosh">', false],
    ["utf-16le", "", true],
    ["utf-16le", "", false],
    ["utf-16be", "", true],
  ])("in %s with %j (mark: %s)", async (encoding, meta, addBOM) => {
    const text = `<html>${meta}<table><tr><td>Año – señal</td></tr></table></html>`;
    expect(await rows(iconv.encode(text, encoding, { addBOM }))).toEqual([["Año – señal"]]);
  });

  test("without a table", async () => {
    expect(await failure("<html><body>Su sesión ha caducado")).toBe("web-page");
    expect(await failure("<html><table><tr><td></table>")).toBe("web-page");
  });
});

describe("sheets", () => {
  const notes = XLSX.utils.aoa_to_sheet([["Resumen"], ["Enviado por ana@ejemplo.com"], ["a"], ["b"], ["c"], ["d"]]);
  const list = XLSX.utils.aoa_to_sheet([["Informe"], [], ["Correo"], ["ana@ejemplo.com"], ["luz@ejemplo.com"]]);

  test.each(formats)(
    "%s: the first that looks like a list of contacts, or the one that is asked for",
    async (format) => {
      const bytes = write(book({ Notas: notes, Lista: list, Otra: list }), format);
      const result = await read(bytes);
      expect(result.sheet).toBe(1);
      expect(result.sheets.map(({ name, rows }) => [name, rows])).toEqual([
        ["Notas", 6],
        ["Lista", 4],
        ["Otra", 4],
      ]);
      expect(result.lines.map(({ line }) => line)).toEqual([1, 3, 4, 5]);
      expect((await read(bytes, { sheet: 2 })).sheet).toBe(2);
      expect((await read(bytes, { sheet: 3 })).sheet).toBe(1);
    },
  );

  test("the longest, where none does", async () => {
    const short = XLSX.utils.aoa_to_sheet([["a"]]);
    expect((await read(write(book({ Uno: short, Dos: notes, Tres: short }), "xlsx"))).sheet).toBe(1);
  });

  test.each(["xlsx", "biff8", "xlml"] as const)("%s: a hidden one is known, and chosen last", async (format) => {
    const workbook = book({ Oculta: list, Notas: notes });
    workbook.Workbook = { Sheets: [{ Hidden: 2 }, { Hidden: 0 }] };
    const result = await read(write(workbook, format));
    expect(result.sheets.map(({ isHidden }) => isHidden)).toEqual([true, false]);
    expect(result.sheet).toBe(1);
    workbook.Workbook = { Sheets: [{ Hidden: 1 }, { Hidden: 0 }] };
    workbook.Sheets.Notas = { "!ref": "A1" };
    expect((await read(write(workbook, format))).sheet).toBe(0);
  });

  test("ODS: a hidden one", async () => {
    const table = (style: string, text: string) =>
      `<table:table table:name="${text}" table:style-name="${style}"><table:table-row><table:table-cell office:value-type="string"><text:p>${text}</text:p></table:table-cell></table:table-row></table:table>`;
    const styles =
      '<style:style style:name="t1" style:family="table"><style:table-properties table:display="false"/></style:style>';
    const result = await read(await odsOf(table("t1", "ana@ejemplo.com") + table("t2", "vista"), styles));
    expect(result).toMatchObject({ sheet: 1, sheets: [{ isHidden: true }, { isHidden: false }] });
  });

  test("of merged cells the first has the text", async () => {
    const sheet = XLSX.utils.aoa_to_sheet([
      ["Informe de rebotes", null, null],
      ["a", "b", "c"],
    ]);
    sheet["!merges"] = [{ s: { r: 0, c: 0 }, e: { r: 0, c: 2 } }];
    for (const format of formats)
      expect(await rows(write(book({ Hoja1: sheet }), format))).toEqual([["Informe de rebotes"], ["a", "b", "c"]]);
  });

  test.each(formats)("%s: nothing in it", async (format) => {
    expect(await failure(table([[""], ["  "]], format))).toBe("empty");
  });
});

describe("passwords", () => {
  const xlsx = table(contacts);

  // To derive a key takes a hundred thousand rounds, so it is done as seldom as can be.
  const agile = officeCrypto.encrypt(xlsx, { password: "ana@1234" });
  const standard = (password: string) => officeCrypto.encrypt(xlsx, { password, type: "standard" });

  test("XLSX, agile", async () => {
    expect(await failure(agile)).toBe("needs-password");
    expect(await rows(agile, { password: "ana@1234" })).toEqual(contacts);
  });

  test("XLSX, standard", async () => {
    const bytes = standard("ana@1234");
    expect(await failure(bytes, { password: "" })).toBe("needs-password");
    expect(await failure(bytes, { password: "ana@1235" })).toBe("wrong-password");
    expect(await failure(bytes, { password: "a".repeat(300) })).toBe("wrong-password");
    expect(await rows(bytes, { password: "ana@1234" })).toEqual(contacts);
  });

  test("Excel's own is not asked for", async () => {
    expect(await rows(standard("VelvetSweatshop"))).toEqual(contacts);
  });

  test("XLS with RC4", async () => {
    const bytes = await protectXls(table(contacts, "biff8"), "ana@1234");
    expect(await failure(bytes)).toBe("needs-password");
    expect(await failure(bytes, { password: "ana@1235" })).toBe("wrong-password");
    expect(await rows(bytes, { password: "ana@1234" })).toEqual(contacts);
    expect(await rows(await protectXls(table(contacts, "biff8"), "VelvetSweatshop"))).toEqual(contacts);
  });

  test("XLS with the old XOR can't be opened", async () => {
    const stream = await workbookStream(table(contacts, "biff8"));
    const bofLength = 4 + stream.readUInt16LE(2);
    const filePass = Buffer.from("2f000600000012345678", "hex");
    const bytes = compound({
      Workbook: Buffer.concat([stream.subarray(0, bofLength), filePass, stream.subarray(bofLength)]),
    });
    expect(await failure(bytes, { password: "a" })).toBe("encrypted");
  });

  test("ODS with a password can't be opened", async () => {
    const manifest = "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>";
    const bytes = await zip({
      mimetype: "application/vnd.oasis.opendocument.spreadsheet",
      "content.xml": "\x01\x02",
      "META-INF/manifest.xml": manifest,
    });
    expect(await failure(bytes)).toBe("encrypted");
  });

  test("what would cost hours or gigabytes is not tried", async () => {
    const file = await openCompound(fileOf(agile));
    const info = (await file?.read("encryptioninfo")) ?? Buffer.alloc(0);
    const content = (await file?.read("encryptedpackage")) ?? Buffer.alloc(0);
    const xml = info.toString("utf8", 8);
    for (const changed of [
      xml.replace('spinCount="100000"', 'spinCount="2000000000"'),
      xml.replace('spinCount="100000"', 'spinCount="1e9"'),
      xml.replace('spinCount="100000"', 'spinCount="100000" spinCount="2000000000"'),
      xml.replace('spinCount="100000"', "").replace("<p:encryptedKey", '<p:encryptedKey spinCount="2&#48;00000000"'),
      xml.replace("</keyEncryptors>", "<spinCount>2000000000</spinCount></keyEncryptors>"),
      xml.replace(/blockSize="16"/g, 'blockSize="2000000000"'),
      xml.replace(/keyBits="256"/g, 'keyBits="8000000000"'),
      "<encryption/>",
      "",
    ]) {
      const bytes = compound({
        EncryptionInfo: Buffer.concat([info.subarray(0, 8), Buffer.from(changed)]),
        EncryptedPackage: content,
      });
      expect(await failure(bytes, { password: "a" })).toBe("encrypted");
    }
    expect(
      await failure(compound({ EncryptionInfo: info, EncryptedPackage: content.subarray(0, 500) }), {
        password: "ana@1234",
      }),
    ).toBe("workbook-damaged");
  });
});

describe("limits", () => {
  const limits = { ...workbookLimits, rows: 3, columns: 4, cell: 10 };

  test.each(formats)("%s", async (format) => {
    expect(await failure(table([["a"], ["b"], ["c"], ["d"]], format), { limits })).toBe("too-many-rows");
    expect(await failure(table([["a", "b", "c", "d", "e"]], format), { limits })).toBe("too-many-columns");
    expect(
      await failure(
        table(
          [
            ["a", "b"],
            ["c", "d"],
          ],
          format,
        ),
        { limits: { ...limits, cells: 3 } },
      ),
    ).toBe("too-many-rows");
    expect((await read(table([["a"], ["12345678901"]], format), { limits })).lines).toMatchObject([
      { line: 1 },
      { line: 2, flaw: "cell-too-long" },
    ]);
    expect(await rows(table([["a", "b", "c", "d"], ["b"], ["c"]], format), { limits })).toHaveLength(3);
  });

  test("HTML", async () => {
    expect(await failure("<table><tr><td>a<tr><td>b<tr><td>c<tr><td>d", { limits })).toBe("too-many-rows");
    expect(await failure("<table><tr><td colspan=4>a<td>b", { limits })).toBe("too-many-columns");
  });

  test("what unpacks to too much", async () => {
    const cells = Array.from({ length: 2000 }, () => ["ana@ejemplo.com", "Temporary failure"]);
    expect(await failure(table(cells), { limits: { ...workbookLimits, entry: 10_000 } })).toBe("archive-too-large");
    expect(await failure(table(cells, "ods"), { limits: { ...workbookLimits, entry: 10_000 } })).toBe(
      "archive-too-large",
    );
    expect(await failure(table(cells, "fods"), { limits: { ...workbookLimits, entry: 10_000 } })).toBe("too-many-rows");
    const bomb = await xlsxOf({
      "xl/worksheets/sheet1.xml": `<worksheet><sheetData>${" ".repeat(30_000_000)}</sheetData></worksheet>`,
    });
    expect(await failure(bomb)).toBe("archive-bomb");
  });

  test.each([
    ["a row far down", '<sheetData><row r="4000000000"><c r="A4000000000"><v>1</v></c></row></sheetData>'],
    ["a column far out", '<sheetData><row r="1"><c r="ZZZZZZZ1"><v>1</v></c></row></sheetData>'],
    ["a text that isn't there", '<sheetData><row r="1"><c r="A1" t="s"><v>5</v></c></row></sheetData>'],
    [
      "a link over all cells",
      '<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData><hyperlinks><hyperlink ref="A1:XFD1048576" location="x"/></hyperlinks>',
    ],
    ["a link over all cells of no sheet", '<hyperlinks><hyperlink ref="A1:XFD1048576" location="x"/></hyperlinks>'],
    [
      "columns without end",
      '<cols><col min="1" max="2000000000" width="9"/></cols><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>',
    ],
  ])("%s costs nothing", async (_, inside) => {
    const bytes = await xlsxOf({
      "xl/worksheets/sheet1.xml": `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">${inside}</worksheet>`,
    });
    const start = performance.now();
    await openWorkbook(bytes);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  test("ODS: a cell that is repeated without end", async () => {
    const cell =
      '<table:table-cell office:value-type="string" table:number-columns-repeated="16384"><text:p>a</text:p></table:table-cell>';
    const row = (content: string) =>
      `<table:table table:name="a"><table:table-row table:number-rows-repeated="999999999">${content}</table:table-row></table:table>`;
    expect(await failure(await odsOf(row(cell)))).toBe("too-many-columns");
    expect(await failure(await odsOf(row(cell.replace("16384", "2"))))).toBe("too-many-rows");
  });
});

describe("hostile files", () => {
  const known: string[] = ["none", ...fileFailures];

  test.each(formats)("%s cut anywhere", async (format) => {
    const bytes = table(contacts, format);
    const step = Math.max(1, Math.floor(bytes.length / 60));
    for (let end = 1; end < bytes.length; end += step) expect(known).toContain(await failure(bytes.subarray(0, end)));
  });

  test.each(["biff8", "fods", "xlml"] as const)("%s with bytes changed", async (format) => {
    const whole = table(contacts, format);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(whole.length - 3), fc.nat(65_535)), { minLength: 1, maxLength: 10 }),
        async (changes) => {
          const bytes = Buffer.from(whole);
          for (const [at, value] of changes) bytes.writeUInt16LE(value, at);
          expect(known).toContain(await failure(bytes));
        },
      ),
      { numRuns: 150 },
    );
  });

  test("an XLSX that is none", async () => {
    expect(await failure(await zip({ "xl/workbook.xml": "no", "[Content_Types].xml": "no" }))).toBe("workbook-damaged");
    expect(await failure(await xlsxOf({ "xl/worksheets/sheet1.xml": "no" }))).toBe("empty");
    expect(await failure(await odsOf(""))).toBe("workbook-damaged");
    expect(await failure(await zip({ "a.csv": "a" }))).toBe("binary");
    expect(await failure("a,b")).toBe("binary");
  });

  const many = 1_000_000;
  test.each([
    ["tags that are never closed", "<table><tr><td>".repeat(many / 5)],
    ["cells", `<table>${"<td colspan=1000 rowspan=60000>".repeat(many / 10)}`],
    ["rows", `<table><tr>${"<td colspan=100 rowspan=60000>a".repeat(4)}${"<tr>".repeat(many)}`],
    ["quotes that are never closed", `<html>${'<td a="'.repeat(many)}`],
    ["brackets", `<html>${"<".repeat(many)}`],
    ["brackets and letters", `<html>${"<a".repeat(many)}`],
    ["blanks before quotes", `<html><td a${" ".repeat(many)}${'"'.repeat(many)}>`],
    ["comments that are never closed", `<html>${"<!--".repeat(many)}`],
    ["scripts that are never closed", `<html>${"<script>".repeat(many / 2)}`],
    ["ampersands", `<html><table><tr><td>${"&".repeat(many)}`],
    ["a comment in front that never ends", `<!--${"a".repeat(many)}`],
    [
      "Excel's XML with tags that are never closed",
      `<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet>${"<Row><Cell>".repeat(many / 5)}`,
    ],
  ])("%s are read in linear time", async (_, text) => {
    const start = performance.now();
    expect(known).toContain(await failure(text));
    expect(performance.now() - start).toBeLessThan(5000);
  });
});

test("markup that comes in pieces reads as it does whole", () => {
  const parts = [
    "<td>",
    "</td>",
    '<a b="x>y" c=\'"\'>',
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?x",
    ">",
    "<br/>",
    "<",
    "&amp;",
    '"',
    " a=",
    "ñ",
    "<script>",
    "</SCRIPT>",
  ];
  const read = (pieces: string[], isHtml: boolean) => {
    const seen: string[] = [];
    const reader = markupReader(
      {
        open: (...tag) => seen.push(`<${tag.join("|")}>`),
        close: (name) => seen.push(`</${name}>`),
        text: (text) => seen.push(text),
      },
      { isHtml },
    );
    for (const piece of pieces) reader.write(piece);
    reader.end();
    return seen.join("");
  };
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...parts), { maxLength: 20 }),
      fc.integer({ min: 1, max: 7 }),
      fc.boolean(),
      (text, size, isHtml) => {
        const whole = text.join("");
        const pieces = whole.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
        expect(read(pieces, isHtml)).toBe(read([whole], isHtml));
      },
    ),
    { numRuns: 1000 },
  );
});

describe("a table of texts reads back the same", () => {
  const letters = [..."abcXYZ áéíñÑü€“”–,;|\t\"'<>&=+-@.0123456789_東🌴"];
  const cell = fc.array(fc.constantFrom(...letters), { maxLength: 12 }).map((parts) => parts.join(""));
  // A row or column without text isn't there in the file; the first column shows where rows are.
  const cells = fc
    .array(fc.tuple(fc.stringMatching(/^[a-z]{1,8}@[a-z]{1,8}\.example$/), cell, cell), { minLength: 1, maxLength: 12 })
    .map((lines) => lines.map((line) => line.slice(0, 1 + line.findLastIndex((text) => text.trim() !== ""))));

  test.each(formats)("%s", async (format) => {
    await fc.assert(
      fc.asyncProperty(cells, async (lines) => {
        const sheet = sheetOf(lines.map((line) => line.map((v) => (v === "" ? undefined : { t: "s", v }))));
        expect(await rows(write(book({ Hoja1: sheet }), format))).toEqual(lines);
      }),
      { numRuns: 40 },
    );
  });
});

const types = `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
  <Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
  <Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>
  <Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>`;

/** An XLSX around parts written by hand. */
function xlsxOf(parts: Record<string, string>): Promise<Buffer> {
  return zip({
    "[Content_Types].xml": types,
    "xl/workbook.xml":
      '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheets><sheet name="Hoja1" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels":
      '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    ...parts,
  });
}

/** An ODS around tables written by hand. */
function odsOf(tables: string, styles = ""): Promise<Buffer> {
  return zip({
    mimetype: "application/vnd.oasis.opendocument.spreadsheet",
    "content.xml": `<?xml version="1.0"?><office:document-content><office:automatic-styles>${styles}</office:automatic-styles><office:body><office:spreadsheet>${tables}</office:spreadsheet></office:body></office:document-content>`,
    "META-INF/manifest.xml": "<manifest:manifest/>",
  });
}

function compound(streams: Record<string, Buffer>): Buffer {
  const file = XLSX.CFB.utils.cfb_new();
  for (const [name, content] of Object.entries(streams)) XLSX.CFB.utils.cfb_add(file, name, content);
  return XLSX.CFB.write(file, { type: "buffer" });
}

/** A record of an XLS; numbers take two bytes. */
function record(type: number, ...parts: (number | Buffer)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => (typeof part === "number" ? Buffer.of(part & 255, part >> 8) : part)));
  return Buffer.concat([Buffer.of(type & 255, type >> 8, body.length & 255, body.length >> 8), body]);
}

async function workbookStream(xls: Buffer): Promise<Buffer> {
  return (await (await openCompound(fileOf(xls)))?.read("workbook")) ?? Buffer.alloc(0);
}

/** Protects an XLS as Excel 97 to 2003 did ([MS-XLS] 2.2.10, [MS-OFFCRYPTO] 2.3.6). */
async function protectXls(xls: Buffer, password: string): Promise<Buffer> {
  const plain = await workbookStream(xls);
  const md5 = (bytes: Uint8Array) => createHash("md5").update(bytes).digest();
  const salt = Buffer.alloc(16, 7);
  const typed = md5(Buffer.from(password, "utf16le")).subarray(0, 5);
  const base = md5(Buffer.concat(Array.from({ length: 16 }, () => Buffer.concat([typed, salt])))).subarray(0, 5);
  const keyOf = (block: number) => md5(Buffer.concat([base, Buffer.of(block & 255, block >> 8, 0, 0)]));

  const verifier = Buffer.alloc(16, 9);
  const proof = rc4(keyOf(0), Buffer.concat([verifier, md5(verifier)]));
  const filePass = Buffer.concat([Buffer.from("2f003600010001000100", "hex"), salt, proof]);
  const bofLength = 4 + plain.readUInt16LE(2);
  const stream = Buffer.concat([plain.subarray(0, bofLength), filePass, plain.subarray(bofLength)]);
  const secret = Buffer.concat(
    Array.from({ length: Math.ceil(stream.length / 1024) }, (_, block) =>
      rc4(keyOf(block), stream.subarray(block * 1024, (block + 1) * 1024)),
    ),
  );
  for (let at = 0; at + 4 <= stream.length; ) {
    const [type, length] = [stream.readUInt16LE(at), stream.readUInt16LE(at + 2)];
    const isSheet = type === 0x85;
    // A sheet's position has moved by what was put in, and stays readable.
    if (isSheet) stream.writeUInt32LE(stream.readUInt32LE(at + 4) + filePass.length, at + 4);
    const start = at + 4 + (isSheet ? 4 : 0);
    if (![0x809, 0x2f, 0xe1].includes(type)) secret.copy(stream, start, start, at + 4 + length);
    at += 4 + length;
  }
  return compound({ Workbook: stream });
}

function rc4(key: Uint8Array, bytes: Uint8Array): Buffer {
  const box = Array.from({ length: 256 }, (_, index) => index);
  const swap = (a: number, b: number) => ([box[a], box[b]] = [box[b] ?? 0, box[a] ?? 0]);
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + (box[i] ?? 0) + (key[i % key.length] ?? 0)) & 255;
    swap(i, j);
  }
  let [i, j] = [0, 0];
  return Buffer.from(
    bytes.map((byte) => {
      i = (i + 1) & 255;
      j = (j + (box[i] ?? 0)) & 255;
      swap(i, j);
      return byte ^ (box[((box[i] ?? 0) + (box[j] ?? 0)) & 255] ?? 0);
    }),
  );
}
