import { describe, expect, test } from "vitest";
import { findColumns } from "#app/import/columns.ts";
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

describe("headers that say nothing: the content", () => {
  const mapping = (header: string, ...cells: string[]) =>
    findColumns([["Email", header], ...cells.map((cell, n) => [`p${n}@ejemplo.com`, cell])]).mapping[1];

  test.each([
    ["Dato", ["+57 317 555 0101", "+573175550102", "--"], "phone"],
    ["Dato", ["317 555 0101", "601-555-0102", "(1) 555 0103"], "phone"],
    ["Dato", ["0057 317 5550101", "00 34 912 345 678"], "phone"],
    ["Tel. cliente", ["3175550101", "6015550102"], "phone"],
    ["Celular 1", ["3175550101", "912 345 678"], "phone"],
    ["Observación", ["smtp;550 5.1.1 user unknown", "smtp: 452 mailbox full"], "reason"],
    ["Observación", ["550 5.7.1 Message refused", "Temporary failure:bad-connection", "otra cosa"], "reason"],
    ["Qué pasó", ["Entregado", "Abierto", "Rebote suave", "Abierto"], "status"],
    ["Outcome", ["Delivered", "Hard bounce"], "status"],
  ])("%s: %j → %s", (header, cells, field) => {
    expect(mapping(header, ...cells)).toBe(field);
  });

  test.each([
    ["record numbers", "Código", ["3175550101", "3175550102", "3175550103"]],
    ["long record numbers", "Ficha", ["554023000000691003", "554023000000691004"]],
    ["numbered records", "Pedido", ["2026-0001", "2026-0002", "5551-0003"]],
    ["padded numbers", "Pedido", ["0012345678", "0012345679"]],
    ["tax numbers", "NIT", ["900.123.456-7", "900123457-8"]],
    ["identity cards", "Cédula", ["1.020.345.678", "52.345.678"]],
    ["social security numbers", "SSN", ["123-45-6789", "987-65-4321"]],
    ["dates", "Alta del cliente", ["2026-02-14", "14-02-2026", "14/02/26", "14 02 2026", "2026-02-14 15:14"]],
    ["points in time", "Creado", ["1771082040", "1771082040000"]],
    ["postal codes", "CP", ["110111", "28013", "01310-100", "12345-6789", "1000-205"]],
    ["amounts", "Saldo", ["150 000 000", "912 345 678", "1.234.567,00"]],
    ["addresses of computers", "IP", ["192.0.2.10", "198.51.100.7"]],
    ["street addresses", "Dirección", ["450 Calle Mayor", "Calle 53 # 456-12", "550 - Local 4"]],
    ["notes", "Nota", ["llamar el lunes", "cliente desde 2020"]],
    ["software", "Equipo", ["Android 5.1.1", "iOS 15.4.1"]],
    ["contracts", "Vínculo", ["Permanente", "Temporal"]],
    ["stages of a sale", "Etapa", ["Open", "Sent"]],
    ["one word alone", "Marca", ["Delivered", "Delivered"]],
    ["words of which one isn't understood", "Etapa", ["Delivered", "Opened", "Cerrado"]],
    ["yes and no", "Activo", ["TRUE", "FALSE"]],
  ])("not %s", (_, header, cells) => {
    expect(mapping(header, ...cells)).toBeNull();
    for (const cell of cells) expect(mapping(header, cell)).toBeNull();
  });

  test("only where no header names the field, and no column that a header names otherwise", () => {
    const rows = [["a@ejemplo.com", "317 555 0101", "+57 317 555 0102", "Delivered"]];
    expect(findColumns([["Email", "Teléfono", "Otro", "Notas"], ...rows]).mapping).toEqual([
      "email",
      "phone",
      null,
      null,
    ]);
    expect(findColumns([["Email", "Otro", "Celular", "Notas"], ...rows]).mapping).toEqual([
      "email",
      null,
      "mobile",
      null,
    ]);
    expect(findColumns([["Email", "Empresa", "Cuenta", "Notas"], ...rows]).mapping[1]).toBe("company");
  });

  test("of several columns of addresses, the one with most different ones", () => {
    const rows = ["a", "b", "c"].map((name) => ["ventas@ejemplo.com", `${name}@ejemplo.com`]);
    expect(findColumns([["Asesor", "Kunde"], ...rows]).mapping).toEqual([null, "email"]);
  });

  test("a header that begins with @ is one", () => {
    const columns = findColumns([
      ["@timestamp", "recipient"],
      ["2026-02-14T15:14:00Z", "a@ejemplo.com"],
    ]);
    expect(columns).toMatchObject({
      headers: ["@timestamp", "recipient"],
      mapping: ["event_at", "email"],
      firstRow: 1,
    });
  });
});
