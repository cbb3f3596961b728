import { describe, expect, test } from "vitest";
import { columnName, mappingOf, openTable } from "#app/import/table.ts";

function open(text: string) {
  const table = openTable(text);
  if ("failure" in table) throw new Error(table.failure);
  return table;
}

describe("headers", () => {
  test.each([
    [
      "Contact Email,Bounce reason,First Name,Last Name,Company Name,Phone",
      "email reason first_name last_name company phone",
    ],
    [
      "CONTACT_EMAIL,bounce_reason,first-name, LAST NAME ,companyName,PHONE",
      "email reason first_name last_name company phone",
    ],
    [
      "contactemailaddress,contactfn,contactln,companyname,phone,sent_time,bouncedDate,clickcount",
      "email first_name last_name company phone sent_at bounced_at clicks",
    ],
    [
      "Teléfono,Correo electrónico,Razón de rebote,Nombre,Apellidos,Compañía,Celular",
      "phone email reason first_name last_name company mobile",
    ],
    ["CORREO DE CONTACTO,MOTIVO DEL REBOTE,Nombre de la empresa,MÓVIL", "email reason company mobile"],
    ["Record Id,Module,Email,Status,Bounce Type,Date", "crm_record_id crm_module email status bounce_kind event_at"],
    ["E-mail,Ciudad,Nombre completo,E-mail", "email - full_name -"],
  ])("%s", (header, expected) => {
    const { mapping, headers, rows } = open(`${header}\n`);
    expect(mapping.map((field) => field ?? "-").join(" ")).toBe(expected);
    expect(headers).toHaveLength(header.split(",").length);
    expect(rows).toEqual([]);
  });

  test("titles above the header", () => {
    const table = open("Campaña: San Valentín\nRebote duro\n\nCorreo,Motivo\nana@ejemplo.com,no existe\n");
    expect(table.titles).toEqual(["Campaña: San Valentín", "Rebote duro"]);
    expect(table.mapping).toEqual(["email", "reason"]);
    expect(table.rows).toMatchObject([{ line: 5 }]);
  });

  test("titles above headers that aren't known", () => {
    const table = open("Bericht\nMai 2026\nKunde;Anschrift\nAna;ana@ejemplo.com\n");
    expect(table).toMatchObject({
      titles: ["Bericht", "Mai 2026"],
      headers: ["Kunde", "Anschrift"],
      rows: [{ line: 4 }],
    });
  });

  test("headers in a language that isn't known: the address column by its content", () => {
    const table = open("Kunde;Anschrift\nAna;ana@ejemplo.com\nLuz;luz@ejemplo.com\n");
    expect(table.headers).toEqual(["Kunde", "Anschrift"]);
    expect(table.mapping).toEqual([null, "email"]);
  });
});

describe("headers that mislead", () => {
  test("a column called contact that holds the addresses", () => {
    expect(open("Contacto,Empresa\na@ejemplo.com,Sol\n").mapping).toEqual(["email", "company"]);
  });
  test("a column called recipient that holds names", () => {
    expect(open("Destinatario,Buzón\nAna,a@ejemplo.com\n").mapping).toEqual([null, "email"]);
  });
});

describe("no header", () => {
  test("a first row whose address is wrong is a row all the same", () => {
    const table = open("ana@@ejemplo.com,Ana\nluz@ejemplo.com,Luz\n");
    expect(table.headers).toBeUndefined();
    expect(table.rows).toHaveLength(2);
  });

  test("a table without any address or known header: its first line is the header, no row is taken for a title", () => {
    expect(open("x,y\n1,2\n3,4\n5,6\n")).toMatchObject({
      headers: ["x", "y"],
      titles: [],
      rows: [{ line: 2 }, {}, {}],
    });
  });

  test("the report's own order", () => {
    const table = open(
      "GERENCIA@ejemplo.com\tTemporary failure:bad-connection\tHotel Sol\t(Hotel)\t--\t317 555 0101\nb@ejemplo.com\tTemporary failure:no-answer-from-host\t--\t--\tSol SAS\t--\n",
    );
    expect(table.headers).toBeUndefined();
    expect(table.mapping).toEqual(["email", "reason", "first_name", "last_name", "company", "phone"]);
    expect(table.rows).toHaveLength(2);
  });

  test("the same without the reason", () => {
    expect(open("ana@ejemplo.com,Ana,Paz,Hotel Sol,3175550101\n").mapping).toEqual([
      "email",
      "first_name",
      "last_name",
      "company",
      "phone",
    ]);
  });

  test("another order: what the content says, the rest by hand", () => {
    expect(open("3175550101|Ana|ana@ejemplo.com|550 5.1.1 user unknown\n").mapping).toEqual([
      "phone",
      null,
      "email",
      "reason",
    ]);
  });

  test("one column", () => {
    expect(open("ana@ejemplo.com\nluz@ejemplo.com\n").mapping).toEqual(["email"]);
  });
});

test("a mapping chosen by hand goes over what was recognised", () => {
  const { mapping } = open("Email,Correo alterno,Nota\n");
  expect(mappingOf({ mapping }, { 1: "email", 2: "reason", 9: "phone" })).toEqual([null, "email", "reason"]);
  expect(mappingOf({ mapping }, { 0: null })).toEqual([null, null, null]);
});

test("columns are named by their header, doubled and missing ones with their position", () => {
  const table = { headers: ["Email", "Nota", "", "Nota"] };
  expect([0, 1, 2, 3, 7].map((column) => columnName(table, column))).toEqual(["Email", "Nota", "#3", "Nota #4", "#8"]);
  expect(columnName({ headers: undefined }, 0)).toBe("#1");
});
