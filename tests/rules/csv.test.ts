import fc from "fast-check";
import Papa from "papaparse";
import { expect, test } from "vitest";
import { contentDisposition, csvFile, csvLine, fileName } from "#app/rules/csv.ts";

test("a file begins with a byte order mark and ends its lines with CRLF", () => {
  expect(csvFile(["Correo", "Teléfono"], [["ana@example.com", "300 555 0101"]])).toBe(
    "\ufeffCorreo,Teléfono\r\nana@example.com,300 555 0101\r\n",
  );
});

test.each([
  ["=1+1", "'=1+1"],
  ["+57 300 555 0101", "'+57 300 555 0101"],
  ["-2", "'-2"],
  ["@here", "'@here"],
  ["  =1", "'  =1"],
  ["\t=1", `"'\t'=1"`],
  ["\u0001x", "'\u0001x"],
  ["＝1+1", "'＝1+1"],
  ['a "quoted", thing', '"a ""quoted"", thing"'],
  ["two\nlines", '"two\nlines"'],
  ["a;=1+1", `"a;'=1+1"`],
  ["300 555 0101; +57 300 555 0102", '"300 555 0101; +57 300 555 0102"'],
  ["ana@example.com", "ana@example.com"],
  ["", ""],
])("%j is written as %j", (cell, written) => {
  expect(csvLine([cell])).toBe(`${written}\r\n`);
});

test("numbers stay numbers, and what is unknown is empty", () => {
  expect(csvLine([-1, 2.5, null, undefined, ""])).toBe("-1,2.5,,,\r\n");
});

test("whatever is in the cells, a reader gets as many of them back, and none that is a formula", () => {
  const cell = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(..."=+-@;,\"'\t\r\n ab1") }));
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 2 }), { minLength: 1 }), (rows) => {
      const { data } = Papa.parse<string[]>(csvFile(["one", "two"], rows).slice(1), {
        delimiter: ",",
        newline: "\r\n",
      });
      expect(data.slice(1, -1).length).toBe(rows.length);
      for (const [index, row] of rows.entries()) {
        const read = data[index + 1] ?? [];
        expect(read.length).toBe(2);
        for (const [place, text] of read.entries()) {
          expect(text).not.toMatch(/^\s*[=+\-@]/);
          expect(text.replaceAll("'", "")).toBe(row[place]?.replaceAll("'", ""));
        }
      }
    }),
  );
});

test("a file's name says what is in it, and nothing that a system forbids", () => {
  expect(fileName(["Día de San Valentín · no abiertos", "suaves", "con teléfono"], "csv")).toBe(
    "Día-de-San-Valentín-no-abiertos_suaves_con-teléfono.csv",
  );
  expect(fileName(["../../etc/passwd", 'a"b\r\nc'], "csv")).toBe("etc-passwd_a-b-c.csv");
  expect(fileName(["🎉"], "csv")).toBe("rebote.csv");
  expect(contentDisposition("Día.csv")).toBe(`attachment; filename="Dia.csv"; filename*=UTF-8''D%C3%ADa.csv`);
});
