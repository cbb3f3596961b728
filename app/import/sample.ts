import Papa from "papaparse";
import type { ImportList } from "#db/schema.ts";

/** One of the sample's campaigns: what its sender reported, and its lists as the files that would be downloaded there. */
export interface SampleCampaign {
  name: string;
  sent_at: Date;
  reported: {
    reported_sent: number;
    reported_opened: number;
    reported_clicked: number;
    reported_unopened: number;
    reported_hard: number;
    reported_soft: number;
    reported_auto_reply: number;
    reported_opened_percent: number;
    reported_clicked_percent: number;
    reported_unopened_percent: number;
  };
  files: { list: ImportList; file_name: string; text: string }[];
}

interface Person {
  email: string;
  first_name: string;
  last_name: string;
  company: string;
  phone: string;
}

/**
 * Two campaigns, the earlier one first, in the shape of a real account's report: percentages of everything sent, empty cells
 * as `--`, a "Total Count" row, addresses in any case, phones as people type them. Every person, company and number is
 * invented, every address in a domain that RFC 2606 keeps free for examples. The same at every call.
 */
export function sampleCampaigns(): SampleCampaign[] {
  const people = everybody();
  const at = (position: number) => people[position] as Person;
  const pick = (positions: number[]) => positions.map(at);

  // Steps that share no factor with the lists of names below, so that every kind of contact comes up.
  const soft = positions({ count: 17, from: 11, step: 34 });
  const hard = positions({ count: 3, from: 24, step: 187 });
  const autoReplies = positions({ count: 10, from: 40, step: 53 });
  const undelivered = new Set([...soft, ...hard]);
  const opened = positions({ count: 60, from: 5, step: 13 })
    .filter((position) => !undelivered.has(position))
    .slice(0, 44);
  return [
    earlier(people, { again: soft.slice(1, 5), usedToOpen: soft.slice(6, 10) }),
    {
      name: "Cena de San Valentín 2022 Unopened",
      sent_at: new Date("2022-02-14T15:14:00-05:00"),
      reported: {
        reported_sent: 582,
        reported_opened: 44,
        reported_clicked: 0,
        reported_unopened: 538,
        reported_hard: 3,
        reported_soft: 17,
        reported_auto_reply: 10,
        reported_opened_percent: 7.6,
        reported_clicked_percent: 0,
        reported_unopened_percent: 92.4,
      },
      files: [
        listFile("sent", "san-valentin-2022-sent.csv", people.slice(0, SENT)),
        listFile("opened", "san-valentin-2022-opened.csv", pick(opened)),
        bounceFile("hard", "san-valentin-2022-hard-bounce.csv", pick(hard), [hostRefused]),
        bounceFile("soft", "san-valentin-2022-soft-bounce.csv", pick(soft), softReasons),
        bounceFile("auto-reply", "san-valentin-2022-auto-reply.csv", pick(autoReplies), autoReplyReasons),
      ],
    },
  ];
}

function earlier(people: Person[], { again, usedToOpen }: { again: number[]; usedToOpen: number[] }): SampleCampaign {
  const elsewhere = new Set([...again, ...usedToOpen]);
  const others = Array.from(people.keys()).filter((position) => position < SENT && !elsewhere.has(position));
  const at = (position: number) => people[position] as Person;
  // Those who came back hard then were taken off before the next mailing.
  const gone = people.slice(SENT);
  const sent = [...others.slice(0, 300 - elsewhere.size), ...elsewhere].sort((a, b) => a - b).map(at);
  const autoReplies = others.slice(60, 64).map(at);
  const opened = [...usedToOpen.map(at), ...others.filter((position) => position % 4 === 2 && position < 280).map(at)];
  const clicked = opened.slice(2, 11);
  return {
    name: "Temporada de fin de año 2021",
    sent_at: new Date("2021-12-01T09:30:00-05:00"),
    reported: {
      reported_sent: sent.length + gone.length,
      reported_opened: opened.length,
      reported_clicked: clicked.length,
      reported_unopened: sent.length + gone.length - opened.length,
      reported_hard: gone.length,
      reported_soft: again.length,
      reported_auto_reply: autoReplies.length,
      ...percentages(sent.length + gone.length, opened.length, clicked.length),
    },
    files: [
      listFile("sent", "fin-de-ano-2021-sent.csv", [...sent, ...gone]),
      listFile("opened", "fin-de-ano-2021-opened.csv", opened),
      listFile("clicked", "fin-de-ano-2021-clicked.csv", clicked),
      bounceFile("hard", "fin-de-ano-2021-hard-bounce.csv", gone, [noSuchMailbox]),
      bounceFile("soft", "fin-de-ano-2021-soft-bounce.csv", again.map(at), [mailboxFull, noAnswer]),
      bounceFile("auto-reply", "fin-de-ano-2021-auto-reply.csv", autoReplies, autoReplyReasons),
    ],
  };
}

/** As the report rounds them: opened and unopened add up to 100, clicked is a share of everything sent too. */
function percentages(sent: number, opened: number, clicked: number) {
  const tenths = (count: number) => Math.round((count / sent) * 1000) / 10;
  return {
    reported_opened_percent: tenths(opened),
    reported_clicked_percent: tenths(clicked),
    reported_unopened_percent: tenths(sent - opened),
  };
}

// The spelling and spacing of these reasons vary in the reports, too.
const badConnection = "Temporary failure:bad-connection";
const noAnswer = "Temporary failure:no-answer-from-host";
const routingErrors = "Temporary failure:routing-errors";
const expired = "Temporary failure:Delivery time expired";
const blocked = "Temporary Failure : 5.7.1 smtp: 550 5.7.1 [CS] Message blocked. Please contact your administrator.";
const hostRefused = "Temporary failure :smtp:550 Your host is not allowed to connect to this server";
const mailboxFull = "Temporary failure:quota-issues";
const noSuchMailbox = "Permanent failure:bad-mailbox";
const softReasons = [badConnection, expired, noAnswer, badConnection, routingErrors, noAnswer, blocked, badConnection];
const autoReplyReasons = [
  "Auto Reply: Fuera de la oficina hasta el lunes",
  "Auto Reply: Vacaciones",
  "Auto Reply: Hemos recibido su mensaje y le responderemos pronto",
  "Auto Reply: Out of office",
  "Auto Reply: Ya no trabajo aquí. Por favor escriba a gerencia",
];

const SENT = 582;
const total = SENT + 2;

/** Everybody in the account, the two who left it last. Positions decide everything, so nothing here is random. */
function everybody(): Person[] {
  const taken = new Set<string>();
  return Array.from({ length: total }, (_, position) => {
    const person = personAt(position);
    while (taken.has(person.email.toLowerCase())) person.email = person.email.replace(/(\d*)@/, nextNumber);
    taken.add(person.email.toLowerCase());
    return person;
  });
}

const nextNumber = (_: string, digits: string) => `${Number(digits || 1) + 1}@`;

const firstNames =
  "Camilo Daniela Rosario Lucía Andrés Paola Julián Marcela Felipe Adriana Óscar Natalia Ricardo Yolanda Iván Ximena Germán Liliana Hernán Beatriz Álvaro Mónica Jairo".split(
    " ",
  );
const lastNames =
  "Rincón Ospina Lemus Pardo Quintero Arango Beltrán Cárdenas Duarte Echeverri Fajardo Galvis Henao Ibáñez Jaimes Lozano Mejía Naranjo Ocampo Peñaranda Restrepo Saldarriaga Tovar Uribe Villamil Wilches Yepes Zuluaga Barrientos".split(
    " ",
  );
const kinds = [
  "Hotel",
  "Restaurante",
  "Hostal",
  "Agencia de Viajes",
  "Posada",
  "Café",
  "Centro de Eventos",
  "Hotel",
  "Turismo",
  "Casa de Banquetes",
  "Restaurante",
];
const places =
  "Bahía Serena|Mar Adentro|Quinta Azul|Turcosta|La Ceiba|Monteclaro|Río Manso|El Samán|Puerto Lirio|Las Garzas|Valle Escondido|Arena Fina|Los Guaduales|Piedra Alta|Luna Nueva|Brisa Norte|El Farol|Tierra Tibia|Nube Blanca|Casa Grande|La Orquídea|Cielo Roto|Agua Mansa|El Tucán|San Telmo del Mar|Alto Verde|La Compañía, Café y Vino|Dos Mares|El Portal|Las Palmeras|Mirador del Sur".split(
    "|",
  );
const roles = ["info", "reservas", "gerencia", "administrador", "ventas", "contacto", "eventos"];
const endings = ["example", "example.com", "example", "example.net", "example.org"];
// By position: what people type when they mean a well-known mail service, in a domain that can't exist.
const slips: Record<number, string> = { 11: "gnail", 181: "hotmial", 351: "outlok" };

function personAt(position: number): Person {
  const first = at(firstNames, position * 7);
  const last = at(lastNames, position * 11);
  const kind = at(kinds, position * 5);
  const place = at(places, position * 17);
  const name = `${kind} ${place}`;
  const domain = `${slug(kind === "Turismo" || position % 2 ? place : name)}.${at(endings, position)}`;
  const phone = phoneAt(position);

  // Whole groups of an account look alike: a house with its role address, somebody at work, somebody at a private mailbox.
  if (position % 5 === 0) {
    const house = /^(Hotel|Hostal|Posada)$/.test(kind);
    const email = `${at(roles, position / 5)}@${domain}`;
    return {
      email: position % 15 === 0 ? email.toUpperCase() : email,
      first_name: house ? name : first,
      last_name: house ? `(${kind})` : last,
      company: house ? "" : name,
      phone,
    };
  }
  const own = `${slug(first)}.${slug(last)}`;
  if (position % 5 === 1) {
    return {
      email: `${own}@${slips[position] ?? "correo"}.example`,
      first_name: first,
      last_name: last,
      company: "",
      phone,
    };
  }
  const email = `${position % 3 ? own : `${slug(first)[0]}${slug(last)}`}@${domain}`;
  return {
    email: position % 29 === 3 ? email.toUpperCase() : email,
    first_name: position % 37 === 5 ? "" : first,
    last_name: last,
    company: position % 7 === 3 ? "" : name,
    phone,
  };
}

/** As people type them: ten digits, with spaces, with the country, eight digits of before, or none at all. */
function phoneAt(position: number): string {
  const prefix = 300 + ((position * 3) % 21);
  const last = String(100 + (position % 100)).padStart(4, "0");
  if (position % 9 === 4) return "";
  if (position % 13 === 6) return `1555${last}`;
  if (position % 4 === 1) return `${prefix}555${last}`;
  if (position % 11 === 8) return `+57 ${prefix} 555 ${last}`;
  return `${prefix} 555 ${last}`;
}

const at = <T>(list: T[], position: number) => list[Math.floor(position) % list.length] as T;

const slug = (text: string) =>
  text
    .normalize("NFD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/[^a-z]+/g, "");

function positions({ count, from, step }: { count: number; from: number; step: number }): number[] {
  return Array.from({ length: count }, (_, index) => (from + index * step) % SENT);
}

const blankAsDashes = (text: string) => text || "--";

function listFile(list: ImportList, file_name: string, people: Person[]) {
  const rows = people.map((person) => [person.email, ...contactCells(person)]);
  return { list, file_name, text: csv(["Contact Email", ...contactHeaders], rows) };
}

function bounceFile(list: ImportList, file_name: string, people: Person[], reasons: string[]) {
  const rows = people.map((person, index) => [person.email, at(reasons, index), ...contactCells(person)]);
  return { list, file_name, text: csv(["Contact Email", "Bounce reason", ...contactHeaders], rows) };
}

const contactHeaders = ["First Name", "Last Name", "Company Name", "Phone"];

function contactCells({ first_name, last_name, company, phone }: Person): string[] {
  return [first_name, last_name, company, phone].map(blankAsDashes);
}

function csv(headers: string[], rows: string[][]): string {
  return Papa.unparse([headers, ...rows, ["Total Count", String(rows.length)]]);
}
