import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ReplyContext, type ReplyNews, whatReplyTells } from "#app/rules/auto-reply.ts";

// A Monday.
const context: ReplyContext = {
  repliedAt: new Date("2027-01-04T15:00:00Z"),
  timeZone: "America/Bogota",
  email: "ana.perez@hotel.example",
  country: "CO",
};
const read = (text: string, more: Partial<ReplyContext> = {}) => whatReplyTells(text, { ...context, ...more });

function checkReturn(rows: [text: string, backOn: string | undefined, more?: Partial<ReplyContext>][]): void {
  test.each(rows)("%s → %s", (text, backOn, more) => {
    expect(read(text, more).backOn).toBe(backOn);
  });
}

describe("the return in Spanish", () => {
  checkReturn([
    ["Regreso el viernes 15 de enero.", "2027-01-15"],
    ["Estoy fuera de la oficina. Regreso el lunes 18 de enero de 2027.", "2027-01-18"],
    ["Respuesta automática: Cotización — Estaré de vacaciones del 3 al 15 de enero.", "2027-01-18"],
    ["Estaré ausente del 4 de enero al 12 de enero y no tendré acceso al correo.", "2027-01-13"],
    ["Estaré de vacaciones desde el 4 hasta el 12 de enero", "2027-01-13"],
    ["Me encuentro de vacaciones hasta el 12 de enero", "2027-01-13"],
    ["Me encuentro fuera de la oficina hasta el 15/01/2027. Gracias.", "2027-01-18"],
    ["Fuera de la oficina hasta el lunes", "2027-01-04"],
    ["Fuera de la oficina hasta el próximo lunes", "2027-01-11"],
    ["Estoy de permiso hasta el 15", "2027-01-18"],
    ["No estaré disponible entre el 5 y el 8 de enero", "2027-01-11"],
    ["Vuelvo el 11/01", "2027-01-11"],
    ["Volveré a la oficina el próximo martes 12 de enero", "2027-01-12"],
    ["Estaré de regreso a partir del 20 de enero", "2027-01-20"],
    ["Me reincorporo el día 3 de febrero", "2027-02-03"],
    ["Fecha de regreso: 15/01/2027", "2027-01-15"],
    ["El 15 de enero estaré de regreso en la oficina", "2027-01-15"],
    ["No regreso hasta el 13 de enero", "2027-01-13"],
    ["Estoy de vacaciones del 3 al 15 de enero, regreso el 19 de enero", "2027-01-19"],
    ["Volveré de mis vacaciones (del 3 al 15 de enero) el lunes 18", "2027-01-18"],
    ["Estoy en incapacidad. Atenderé su mensaje a partir del 14 de enero", "2027-01-14"],
    ["Estaré ausente los días 5, 6 y 7 de enero", "2027-01-08"],
    ["Regreso en febrero", "2027-02-01"],
    ["De licencia de maternidad hasta finales de marzo", "2027-04-01"],
    ["Estaré fuera y regreso enero 15 de 2027", "2027-01-15"],
    ["Estaré de vacaciones hasta el 7 de enero inclusive.", "2027-01-08"],
    ["Regresaré la próxima semana", "2027-01-11"],
    ["Estoy de viaje. Regreso mañana", "2027-01-05"],
    ["Vuelvo el 15-ene-2027", "2027-01-15"],
    ["Oficina cerrada por vacaciones colectivas desde el 20 de diciembre hasta el 11 de enero.", "2027-01-12"],
    ["Estoy fuera hasta el 8 de enero; después del 8 de enero le responderé.", "2027-01-11"],
    // Nothing to be reminded of.
    ["Respuesta automática: Estoy fuera de la oficina", undefined],
    ["Hemos recibido su mensaje. Nuestro horario es de lunes a viernes de 8:00 a 17:00.", undefined],
    ["Gracias por escribirnos. La promoción es válida hasta el 31 de enero.", undefined],
    ["Regreso el 15 de diciembre de 2026", undefined],
    ["Regresé el 2 de enero", undefined],
    ["Estoy fuera hasta las 15:00", undefined],
    ["Estoy fuera; en caso de urgencia disponible 24/7", undefined],
    ["Le responderé por la mañana", undefined],
    ["Estaré de vacaciones. De lunes a viernes atiende María.", undefined],
    ["Regreso el 31 de febrero", undefined],
    ["Regreso el lunes 15 de octubre", undefined],
  ]);
});

describe("the return in English", () => {
  checkReturn([
    ["I will be back on 15 January.", "2027-01-15"],
    ["Out of office: I'll be back in the office on Monday, January 18th.", "2027-01-18"],
    ["I am away from 3 to 15 January", "2027-01-18"],
    ["I am on annual leave from Monday 4th January to Wednesday 13th January inclusive.", "2027-01-14"],
    ["I'm out of the office January 4-12, 2027", "2027-01-13"],
    ["I'm out of the office between January 4 and January 12", "2027-01-13"],
    ["Out of the office until Monday", "2027-01-04"],
    ["Out of the office until next Monday", "2027-01-11"],
    ["Out of the office until Wednesday", "2027-01-07"],
    ["I am out of the office through Friday, January 8", "2027-01-11"],
    ["I am on leave until 15 January 2027", "2027-01-18"],
    ["I won't be back until January 19", "2027-01-19"],
    ["I'm on holiday, returning 15/01/2027", "2027-01-15"],
    ["I will return on 01/15/2027", "2027-01-15"],
    ["I will return on 02/03/2027", "2027-03-02"],
    ["I will return on 02/03/2027", "2027-02-03", { country: "US" }],
    ["I will return on 02/03/2027", "2027-02-03", { dayFirst: false }],
    ["I will return on 02/03/2027", "2027-03-02", { country: "US", dayFirst: true }],
    ["I will return on 2027-02-03", "2027-02-03"],
    ["Back on Tuesday 02/03/2027", "2027-03-02", { country: "US" }],
    ["On January 18 I will be back in the office.", "2027-01-18"],
    ["I'm away until the 15th", "2027-01-18"],
    ["I'll be back the 20th.", "2027-01-20"],
    ["I will be out of the office. I will reply to your message when I return on Jan. 20.", "2027-01-20"],
    ["On vacation, will respond to your email after January 12", "2027-01-13"],
    ["I am currently on maternity leave and return in September 2027.", "2027-09-01"],
    ["I'm out today and will be back tomorrow.", "2027-01-05"],
    ["Our office is closed for the holidays and reopens on Monday, January 11.", "2027-01-11"],
    ["I will be out of the office from 01/04/2027 8:00 AM to 01/12/2027 5:00 PM.", "2027-01-13", { country: "US" }],
    ["Return date: January 20th, 2027", "2027-01-20"],
    ["Away until the end of January", "2027-02-01"],
    // Nothing to be reminded of.
    ["Thank you, we will get back to you as soon as possible.", undefined],
    ["We are open Monday through Friday from 8 to 17", undefined],
    ["Our offices are closed. Office hours: Monday until Friday 9 am to 5 pm.", undefined],
    ["Your ticket 15/2027 was received. We answer within 2 days.", undefined],
    ["I was out until 1 January 2025", undefined],
    ["I'm away until 5 pm", undefined],
    ["I may be back 10 minutes late", undefined],
    ["I'm on leave. On Mon, 11 Jan 2027 at 9:00 Sales <news@shop.example> wrote: we return on 20 January", undefined],
  ]);
});

describe("the return in Portuguese", () => {
  checkReturn([
    ["Estarei de volta em 15 de janeiro.", "2027-01-15"],
    ["Estou de férias até 15 de janeiro de 2027", "2027-01-18"],
    ["Estou de férias de 4 a 12 de janeiro", "2027-01-13"],
    ["Estarei ausente do dia 4 ao dia 12 de janeiro", "2027-01-13"],
    ["Estarei ausente no período de 04/01/2027 a 12/01/2027", "2027-01-13"],
    ["Retorno no dia 13/01", "2027-01-13"],
    ["Retornarei em 20/01/2027", "2027-01-20"],
    ["Volto na segunda-feira, 11 de janeiro", "2027-01-11"],
    ["Voltarei na próxima segunda", "2027-01-11"],
    ["Fora do escritório até segunda-feira", "2027-01-04"],
    ["Regresso a 1 de fevereiro", "2027-02-01"],
    ["Estou de licença. Responderei a partir de 14 de janeiro", "2027-01-14"],
    ["Férias coletivas entre 21 de dezembro e 8 de janeiro", "2027-01-11"],
    ["Estamos em recesso e retornaremos às atividades no dia 11 de janeiro", "2027-01-11"],
    ["Não estarei no escritório até ao dia 6 de janeiro", "2027-01-07"],
    ["Volto amanhã", "2027-01-05"],
    ["Volto na semana que vem", "2027-01-11"],
    ["Retorno em março", "2027-03-01"],
    ["Recebemos a sua mensagem por volta das 15 horas", undefined],
    ["Atendimento de segunda a sexta, das 8 às 18h", undefined],
    ["Responderemos em até 2 dias úteis", undefined],
    ["Estou de férias", undefined],
  ]);
});

describe("the return in French", () => {
  checkReturn([
    ["Je serai de retour le 15 janvier.", "2027-01-15"],
    ["De retour le lundi 18 janvier 2027", "2027-01-18"],
    ["Je suis en congés du 4 au 12 janvier", "2027-01-13"],
    ["Je suis absent du lundi 4 janvier au mardi 12 janvier inclus", "2027-01-13"],
    ["Absente jusqu'au 15 janvier", "2027-01-18"],
    ["Absent jusqu’au 15/01/2027 inclus", "2027-01-18"],
    ["Je reviens le mardi 12 janvier", "2027-01-12"],
    ["Le 12 janvier je serai de retour", "2027-01-12"],
    ["Je suis en déplacement. Je répondrai à votre message à partir du 14 janvier", "2027-01-14"],
    ["Nos bureaux sont fermés et rouvriront le 11 janvier", "2027-01-11"],
    ["Mon retour est prévu le 1er février", "2027-02-01"],
    ["En vacances jusqu'à lundi", "2027-01-04"],
    ["Absent entre le 5 et le 8 janvier", "2027-01-11"],
    ["Je ne serai de retour que le 20 janvier", "2027-01-20"],
    ["Retour en août", "2027-08-02"],
    ["Je reprends le jeudi 14 janvier", "2027-01-14"],
    ["Je suis de retour demain", "2027-01-05"],
    ["Merci pour votre message, nous reviendrons vers vous rapidement.", undefined],
    ["Nos bureaux sont ouverts du lundi au vendredi de 9h à 18h.", undefined],
    ["J'étais absent jusqu'au 15 janvier 2026", undefined],
  ]);
});

describe("today is the organisation's", () => {
  // 23:30 on the 14th in Bogotá, the 15th elsewhere.
  const repliedAt = new Date("2027-01-15T04:30:00Z");
  checkReturn([
    ["Regreso el 14 de enero", "2027-01-14", { repliedAt }],
    ["Regreso el 14 de enero", undefined, { repliedAt, timeZone: "Europe/Madrid" }],
    ["Regreso mañana", "2027-01-15", { repliedAt }],
    ["Regreso mañana", "2027-01-16", { repliedAt, timeZone: "Europe/Madrid" }],
    // Without a year: the next such day, unless it is nearly a year away or the stretch was last year's.
    ["Regreso el 15 de enero", "2027-01-15", { repliedAt: new Date("2026-12-20T12:00:00Z") }],
    ["Regreso el 15 de enero", undefined, { repliedAt: new Date("2027-01-20T12:00:00Z") }],
    ["Vacaciones del 20 de diciembre al 10 de enero", "2027-01-11", { repliedAt: new Date("2026-12-21T12:00:00Z") }],
    ["Vacaciones del 3 al 15 de enero", undefined, { repliedAt: new Date("2027-04-20T12:00:00Z") }],
    ["Back on 29 February", "2028-02-29", { repliedAt: new Date("2027-12-20T12:00:00Z") }],
  ]);
});

function checkNews(rows: [text: string, news: Partial<ReplyNews>][]): void {
  test.each(rows)("%s", (text, news) => {
    const { left, closing, newAddress } = read(text);
    expect({ left, closing, newAddress }).toEqual({
      left: undefined,
      closing: undefined,
      newAddress: undefined,
      ...news,
    });
  });
}

describe("who has left", () => {
  const left = { left: true };
  checkNews([
    ["Ana Pérez ya no trabaja en la empresa.", left],
    ["Le informamos que Ana ya no labora en esta compañía", left],
    ["La señora Pérez ya no forma parte de nuestro equipo", left],
    ["Ana ya no hace parte de la organización", left],
    ["Ana Pérez dejó de laborar con nosotros el 30 de noviembre", left],
    ["He dejado la empresa. Gracias por todo.", left],
    ["Me he jubilado. Un saludo a todos.", left],
    ["Ana se retiró de la compañía", left],
    ["Ana ya no se encuentra vinculada a la entidad", left],
    ["Mi último día en el hotel fue el 30 de diciembre", left],
    ["Ana is no longer with the company.", left],
    ["Ana Pérez no longer works here, please contact Luis.", left],
    ["Please note that Ana no longer works for Hotel Example", left],
    ["I have left the company", left],
    ["I've now left Hotel Example's team", left],
    ["I am no longer employed by Hotel Example", left],
    ["Ana has retired from the business", left],
    ["I have retired. Have a good life!", left],
    ["Ana does not work here anymore", left],
    ["My last day was December 30", left],
    ["A Ana não trabalha mais na empresa", left],
    ["Ana já não faz parte da nossa equipa", left],
    ["Informo que deixei a empresa", left],
    ["Ana não faz mais parte do nosso quadro de colaboradores", left],
    ["Ana se aposentou", left],
    ["Ana ne travaille plus dans notre société", left],
    ["Ana Pérez ne fait plus partie de l'entreprise", left],
    ["J'ai quitté la société", left],
    ["Je suis à la retraite", left],
    ["Ana a quitté ses fonctions", left],
    ["Ana n'est plus en poste", left],
    // Still there.
    ["I have left the office for today", {}],
    ["I am on maternity leave", {}],
    ["I no longer work on Fridays", {}],
    ["Ya no trabajo los viernes", {}],
    ["Je ne travaille plus le vendredi", {}],
    ["He dejado un mensaje a mi equipo", {}],
    ["Ana has left for her vacation", {}],
    ["No trabajo hasta el lunes", {}],
    ["Não estou na empresa hoje", {}],
  ]);
});

describe("accounts that close or change", () => {
  checkNews([
    ["Esta cuenta será desactivada el 31 de enero", { closing: true }],
    ["Este correo ya no está en uso", { closing: true }],
    ["Este buzón ya no es monitoreado", { closing: true }],
    ["Esta dirección dejará de funcionar", { closing: true }],
    ["This mailbox is no longer monitored", { closing: true }],
    ["This account will be closed at the end of the month", { closing: true }],
    ["I no longer use this address", { closing: true }],
    ["This email address has been deactivated", { closing: true }],
    ["Este e-mail não é mais utilizado", { closing: true }],
    ["Esta conta será encerrada", { closing: true }],
    ["Cette adresse n'est plus utilisée", { closing: true }],
    ["Cette boîte mail sera supprimée", { closing: true }],
    ["Hotel Example has ceased trading", { closing: true }],
    ["He cambiado de correo, mi nuevo correo es ana@nuevo.example", { closing: true, newAddress: "ana@nuevo.example" }],
    ["Mi nuevo correo electrónico es: Ana.Perez@Nuevo.example.", { newAddress: "ana.perez@nuevo.example" }],
    ["My new address is ana@new.example", { newAddress: "ana@new.example" }],
    ["My new email address is <ana@new.example>, please update your records", { newAddress: "ana@new.example" }],
    [
      "My email address has changed. Please use ana@new.example from now on.",
      { closing: true, newAddress: "ana@new.example" },
    ],
    [
      "I have changed my email from ana.perez@hotel.example to ana@new.example",
      { closing: true, newAddress: "ana@new.example" },
    ],
    ["Meu novo e-mail é ana@novo.example", { newAddress: "ana@novo.example" }],
    ["Mudei de e-mail: ana@novo.example", { closing: true, newAddress: "ana@novo.example" }],
    ["Ma nouvelle adresse est ana@nouveau.example", { newAddress: "ana@nouveau.example" }],
    ["J'ai changé d'adresse mail : ana@nouveau.example", { closing: true, newAddress: "ana@nouveau.example" }],
    ["Ya no trabajo en la empresa. ana.perez@correo.example", { left: true, newAddress: "ana.perez@correo.example" }],
    // Somebody else's, or nothing of the kind.
    ["Our new manager's email is luis@hotel.example", {}],
    ["Please note our new opening hours", {}],
    ["Gracias por escribir a esta cuenta de correo, le responderemos pronto", {}],
    ["Our office is closed until Monday", {}],
    ["This mailbox is not monitored, please do not reply", {}],
  ]);
});

describe("others to write to or to phone", () => {
  test.each<[string, ReplyNews["others"]]>([
    [
      "Estoy de vacaciones. En caso de urgencia contactar a María Gómez al correo maria.gomez@hotel.example o al teléfono 300 555 0101.",
      [{ name: "María Gómez", email: "maria.gomez@hotel.example", phone: "+573005550101" }],
    ],
    [
      "Ana ya no trabaja aquí. Por favor comuníquese con Luis Ruiz (luis@hotel.example) o con Marta Díaz (marta@hotel.example, 310 555 0102).",
      [
        { name: "Luis Ruiz", email: "luis@hotel.example" },
        { name: "Marta Díaz", email: "marta@hotel.example", phone: "+573105550102" },
      ],
    ],
    [
      "For urgent matters please contact María Gómez at maria@hotel.example or Luis Ruiz at luis@hotel.example.",
      [
        { name: "María Gómez", email: "maria@hotel.example" },
        { name: "Luis Ruiz", email: "luis@hotel.example" },
      ],
    ],
    ["Please contact my colleague María <maria@hotel.example>.", [{ name: "María", email: "maria@hotel.example" }]],
    ["Contact sales@hotel.example instead", [{ email: "sales@hotel.example" }]],
    ["If urgent, call me at +57 300 555 0101", [{ phone: "+573005550101" }]],
    ["Para urgencias llame a Luis Ruiz al 300-555-0101", [{ name: "Luis Ruiz", phone: "+573005550101" }]],
    [
      "Ana Pérez is out of the office, please contact Luis Ruiz by email at luis@hotel.example",
      [{ name: "Luis Ruiz", email: "luis@hotel.example" }],
    ],
    [
      "Em caso de urgência, entre em contato com João da Silva pelo e-mail joao@hotel.example ou telefone +55 11 91234-5678",
      [{ name: "João da Silva", email: "joao@hotel.example", phone: "+5511912345678" }],
    ],
    [
      "En cas d'urgence, veuillez contacter Élodie Martin à l'adresse elodie@hotel.example ou au +33 1 99 00 12 34",
      [{ name: "Élodie Martin", email: "elodie@hotel.example", phone: "+33199001234" }],
    ],
    ["Urgencias: reservas@hotel.example (María Gómez)", [{ name: "María Gómez", email: "reservas@hotel.example" }]],
    [
      "Urgent: María Gómez, Sales Manager, maria@hotel.example, maria@hotel.example",
      [{ name: "María Gómez", email: "maria@hotel.example" }],
    ],
    // Nobody to write to.
    ["Estoy de vacaciones. Saludos, Ana Pérez, Tel. 601 555 0101, ana.perez@hotel.example", []],
    ["I am away. Best regards, Ana Pérez, Hotel Example, info@hotel.example, +57 300 555 0101", []],
    ["Recibimos su solicitud 3005550101.", []],
    ["To unsubscribe write to lists@hotel.example", []],
    ["Consulte la política de privacidad o escriba a habeasdata@hotel.example", []],
    ["Contact noreply@hotel.example", []],
    ["Fuera de oficina.\n\n-----Mensaje original-----\nDe: Ventas <ventas@shop.example>", []],
    ["Fuera de oficina. De: Ventas <ventas@shop.example> Enviado el: lunes Asunto: Contacte a luis@shop.example", []],
    ["I am away\n> Please contact sales@shop.example", []],
    ["Away. On Mon, Jan 4, 2027 at 9:00 AM Shop <sales@shop.example> wrote: call +57 300 555 0101", []],
    ["Mi nuevo correo es ana@nuevo.example", []],
  ])("%s", (text, others) => {
    expect(read(text).others).toEqual(others);
  });

  test("a Brazilian mobile is read where the organisation is in Brazil", () => {
    const text = "Urgências: ligue para João Silva, (11) 91234-5678";
    expect(read(text, { country: "BR" }).others).toEqual([{ name: "João Silva", phone: "+5511912345678" }]);
  });
});

test("a long text tells everything at once", () => {
  const text = `Respuesta automática: Su pedido

    Hola, gracias por su mensaje. Estaré de vacaciones del 4 al 15 de enero y regreso el lunes 18 de enero. Esta cuenta será
    cerrada en marzo; mi nuevo correo es ana@nuevo.example. Mientras tanto puede escribir a María Gómez (maria@hotel.example,
    tel. 300 555 0101) o a reservas@hotel.example.

    Cordialmente,
    Ana Pérez
    Tel. 601 555 0199`;
  expect(read(text)).toEqual({
    backOn: "2027-01-18",
    closing: true,
    newAddress: "ana@nuevo.example",
    others: [
      { name: "María Gómez", email: "maria@hotel.example", phone: "+573005550101" },
      { email: "reservas@hotel.example" },
    ],
  });
});

describe("whatever stands there", () => {
  const pieces = fc.constantFrom(
    ..."back until hasta regreso el 15 31 de enero january / - . , | > @ a@b.example +57 300 555 0101 María del al from to contact new email address ya no longer wrote: \n 2027 99/99/9999 é ß İ ﷺ 🙂".split(
      " ",
    ),
  );
  const texts = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(pieces, { maxLength: 60 }).map((words) => words.join(" ")),
  );

  test("it never throws, and says days from today on, phones in E.164 and addresses that stand in the text", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const { backOn, newAddress, others } = read(text);
        expect(backOn ?? "2027-01-04").toMatch(/^\d{4}-\d\d-\d\d$/);
        expect((backOn ?? "2027-01-04") >= "2027-01-04").toBe(true);
        for (const address of [newAddress, ...others.map(({ email }) => email)]) {
          if (address !== undefined) expect(text.toLowerCase()).toContain(address);
        }
        for (const { email, phone } of others) {
          expect(email ?? phone).toBeDefined();
          expect(phone ?? "+10").toMatch(/^\+[1-9]\d{1,14}$/);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test("a day in the next ten months is read as it was written, in each language", () => {
    const ways: [locale: string, before: string][] = [
      ["es", "Regreso el "],
      ["es-CO", "Volveré el "],
      ["en-GB", "I will be back on "],
      ["en-US", "Returning "],
      ["pt-BR", "Estarei de volta em "],
      ["fr", "De retour le "],
    ];
    const styles: Intl.DateTimeFormatOptions[] = [
      { day: "numeric", month: "long" },
      { day: "numeric", month: "long", year: "numeric" },
      { weekday: "long", day: "numeric", month: "long" },
      { day: "numeric", month: "short", year: "numeric" },
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...ways),
        fc.constantFrom(...styles),
        fc.nat(300),
        ([locale, before], style, away) => {
          const date = new Date(Date.UTC(2027, 0, 4 + away));
          const said = date.toLocaleDateString(locale, { ...style, timeZone: "UTC" });
          expect(read(`${before}${said}.`).backOn).toBe(date.toISOString().slice(0, 10));
        },
      ),
      { numRuns: 1000 },
    );
  });

  test("a hostile text takes time by its length", () => {
    const hostile =
      "a|a |15 |1/1/|lunes |back |hasta |de: |el 1 |wrote: |María |a@b.|a@b.example |+57 300 555 0101 |new email |no longer |has left |\n |> |. |correo |".split(
        "|",
      );
    for (const piece of hostile.filter((one) => one !== "")) {
      const start = performance.now();
      read(piece.repeat(100_000 / piece.length));
      expect(performance.now() - start, piece).toBeLessThan(2000);
    }
  });
});
