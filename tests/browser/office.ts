import { randomUUID } from "node:crypto";
import { BlobWriter, TextReader, ZipWriter } from "@zip.js/zip.js";
import { sql } from "kysely";
import { findIncidents } from "#app/jobs/incidents.ts";
import { addSample } from "#app/sample.server.ts";
import { db } from "#db/connection.ts";
import { removalStates } from "#db/lists.ts";
import { recountCampaigns } from "#db/queries/campaigns.ts";
import { listIncidents } from "#db/queries/incidents.ts";
import { Client } from "../app.ts";
import { campaignOf, contactOf, followUpsOf } from "../bounced.ts";
import { atRest } from "../imported.ts";
import { signedIn } from "../people.ts";

/** Ids of what a walk through the screens needs to meet. */
export interface Office {
  campaign: number;
  empty: number;
  drafts: number;
  saved: number;
  contact: number;
  listed: number;
  claimed: number;
  call: number;
  user: number;
  requested: number;
  /** A campaign with incidents, one of which is held, and a contact whose call that holds back. */
  incidents: number;
  held: number;
  /** Every contact that bounced. */
  every: number[];
  rule: number;
}

const badRows = [
  "Correo;Motivo;Nombre;Apellidos;Empresa;Teléfono;Ficha",
  'uno@revisar.example;"550 5.1.1 <uno@revisar.example>: user unknown, please check the address that you have and send it again to the postmaster of this domain";Ana;Ruiz;Hotel Uno;310 555 0101;7',
  "dos@revisar;otro motivo;;;;;8",
  "sin dirección;motivo;;;;;9",
  "uno@revisar.example;otra vez;;;;;10",
].join("\n");

/** A company in the middle of its work: the sample's campaigns, calls of every kind, removals in every state, an import to review. */
export async function busyOffice(address: string): Promise<Office> {
  const administrator = await signedIn("administrator");
  const client = new Client(address, administrator.cookie);
  const sample = await addSample(administrator.id);
  if ("taken" in sample) throw new Error(sample.taken);
  const campaign = sample.campaign_id;
  const soft = await bouncedIn(campaign, "soft");
  const hard = await bouncedIn(campaign, "hard");
  const [contact = 0, callBack = 0, noAnswer = 0, corrected = 0, claimed = 0, listed = 0, ...others] = soft;

  const log = async (contact_id: number, outcome: string, fields: Record<string, string> = {}) => {
    const open = (await followUpsOf(contact_id)).find(({ closed_at }) => closed_at === null);
    const note = "Contestó la recepcionista; el gerente vuelve el lunes.";
    const form = { outcome, note, form_key: randomUUID(), follow_up: open?.id ?? "", after: "stay", ...fields };
    await expectRedirect(client.post(`/contacts/${contact_id}/call`, form));
  };
  await log(contact, "left-message");
  await log(contact, "no-answer");
  await log(noAnswer, "no-answer");
  await log(callBack, "call-back", { call_back: new Date(Date.now() + 86_400_000).toISOString() });
  await sql`update follow_ups set due_at = now() - interval '1 hour' where contact_id = ${callBack}`.execute(db);
  await log(corrected, "new-address", { new_email: "recepcion.nueva@example.org" });
  const call = await db.selectFrom("calls").select("id").where("contact_id", "=", corrected).executeTakeFirstOrThrow();
  const colleague = await signedIn("sales");
  await new Client(address, colleague.cookie).post(`/contacts/${claimed}/claim`);
  await client.post("/assignments", { contact: [listed], user: colleague.id });

  const requested = await everyRemoval(client, campaign, [...hard, ...others.slice(0, 4)]);
  const { drafts, saved } = await imports(client);
  const every = [...new Set([...hard, ...soft])];
  await client.post(`/users/${(await signedIn("marketing")).id}/remove`);
  const rule = await ownRules(client);
  await answerThemselves(campaign);
  const empty = await campaignOf("Aniversario 2023", "2023-05-02T09:00:00-05:00");
  const { incidents, held } = await refusals(client);
  return {
    campaign,
    empty,
    drafts,
    saved,
    contact,
    listed,
    claimed,
    call: call.id,
    user: colleague.id,
    requested,
    every,
    rule,
    incidents,
    held,
  };
}

const listed = (ip: string) => `554 5.7.1 Service unavailable; Client host [${ip}] blocked using zen.spamhaus.org`;
const alike = {
  "Temporary failure :smtp:550 Your host is not allowed to connect to this server":
    "reservas@bahiaclara.example cr@turismar.example info@quintaroja.example gerencia@quintaroja.example ventas@lasgaviotas.example.net eventos@lasgaviotas.example.net",
  [listed("192.0.2.7")]: "info@montealto.example info@elcaney.example ana@elcaney.example luis@puertoalba.example.org",
  "421-4.7.28 [192.0.2.7] Our system has detected an unusual rate of mail from your IP address. gsmtp":
    "gerencia@arenablanca.example reservas@arenablanca.example info@lunaclara.example",
};

/** A mailing that several servers refused, each for one reason; the first of its incidents is held. */
async function refusals(client: Client): Promise<{ incidents: number; held: number }> {
  const campaign_id = await campaignOf("Ofertas de abril", "2024-04-02T08:30:00-05:00");
  const ids: number[] = [];
  for (const [bounce_reason, emails] of Object.entries(alike)) {
    for (const email of emails.split(" ")) {
      const company = `Hotel ${email.replace(/@.*|\W/g, "")}`;
      const contact = { email, company, phone: "300 555 0142" };
      ids.push((await contactOf(contact, [{ campaign_id, bounce_kind: "soft", bounce_reason }])).id);
    }
  }
  await db.transaction().execute((trx) => recountCampaigns(trx, [campaign_id]));
  await findIncidents(campaign_id);
  const { incidents } = await listIncidents(campaign_id);
  await expectRedirect(client.post(`/incidents/${incidents[0]?.id}/hold`));
  return { incidents: campaign_id, held: ids[0] ?? 0 };
}

/** Rules of the organisation's own, of every kind: the first one's id. */
async function ownRules(client: Client): Promise<number> {
  const add = (fields: Record<string, string>) =>
    expectRedirect(
      client.post("/rules/new", { is_regexp: "no", source: "", domain: "", form_key: randomUUID(), ...fields }),
    );
  await add({
    name: "Cuota del hotel",
    pattern: "quota exceeded",
    domain: "hotel.example",
    category: "mailbox-full",
    is_on: "on",
  });
  await add({
    ...{ name: "Lista negra", is_regexp: "yes", pattern: "\\b(spamhaus|barracuda|proofpoint)\\b.*(block|den(y|ied))" },
    ...{ source: "zoho", category: "sender-blocked", is_on: "on" },
  });
  await add({ name: "Apagada", pattern: "temporarily deferred", category: "throttled" });
  const first = db.selectFrom("rules").select("id").orderBy("position");
  return (await first.executeTakeFirstOrThrow()).id;
}

/** Two addresses that answer a mail several times. */
async function answerThemselves(campaign_id: number): Promise<void> {
  await sql`
    update deliveries set auto_reply_burst = 4 where campaign_id = ${campaign_id} and address_id in (
      select address_id from deliveries where campaign_id = ${campaign_id} and auto_reply order by address_id limit 2
    )
  `.execute(db);
}

async function bouncedIn(campaign_id: number, kind: "hard" | "soft"): Promise<number[]> {
  const rows = await db
    .selectFrom("deliveries as d")
    .innerJoin("addresses as a", "a.id", "d.address_id")
    .select("a.contact_id")
    .where("d.campaign_id", "=", campaign_id)
    .where("d.bounce_kind", "=", kind)
    .orderBy("a.contact_id")
    .execute();
  return rows.map(({ contact_id }) => contact_id);
}

/** Asks for all of them and brings one into each state; answers one that still waits. */
async function everyRemoval(client: Client, campaign: number, contacts: number[]): Promise<number> {
  const [waiting = 0, another = 0, ...rest] = contacts;
  const ask = (contact: number[], decision: string) =>
    expectRedirect(
      client.post("/removals/new", {
        ...{ contact, campaign, decision, reason: "Cerró el hotel; lo confirmó la dueña." },
        confirmed: contact.join(","),
      }),
    );
  await ask(rest, "remove");
  const removals = await db.selectFrom("removals").select("id").where("contact_id", "in", rest).execute();
  const [withdrawn = 0, kept = 0, confirmed = 0] = removals.map(({ id }) => id);
  await expectRedirect(client.post(`/removals/${withdrawn}/withdraw`));
  await expectRedirect(client.post("/batches?scope=all", { form_key: randomUUID() }));
  await expectRedirect(client.post("/removals/keep", { removal: kept, reason: "Es cliente desde 2015." }));
  await expectRedirect(client.post("/removals/confirm", { removal: confirmed }));
  await ask([waiting], "remove");
  await ask([another], "phone-only");
  const states = await db.selectFrom("removals").select("state").distinct().execute();
  if (states.length !== removalStates.length) throw new Error("a state of a removal is missing");
  const open = db.selectFrom("removals").select("id").where("state", "=", "requested");
  return (await open.executeTakeFirstOrThrow()).id;
}

/** One import with rejected rows, and drafts of each kind to review: read, without a list, protected, damaged. */
async function imports(client: Client): Promise<{ drafts: number; saved: number }> {
  const drafts = await campaignOf("Semana Santa 2024", "2024-03-20T10:00:00-05:00");
  const bring = async (files: [name: string, content: string | Blob][], pasted = "") => {
    const form = new FormData();
    form.set("campaign", String(drafts));
    form.set("pasted", pasted);
    for (const [name, content] of files) form.append("files", new Blob([content]), name);
    await expectRedirect(client.post("/imports/new", form));
    return atRest(drafts);
  };
  const [first] = await bring([["semana santa rebotes suaves.csv", badRows]]);
  const saved = first?.id ?? 0;
  await expectRedirect(client.post(`/campaigns/${drafts}/imports`, { [`list-${saved}`]: "auto" }));
  await atRest(drafts);
  const writer = new ZipWriter(new BlobWriter(), { password: "ana@1234" });
  await writer.add("auto respuestas.csv", new TextReader(badRows));
  await bring(
    [
      ["semana santa rebotes suaves.csv", badRows],
      ["lista.csv", badRows],
      ["protegido.zip", await writer.close()],
      ["roto.xlsx", "PK\x03\x04rubbish"],
    ],
    "Nombre\tCiudad\nAna\tCali\n",
  );
  return { drafts, saved };
}

async function expectRedirect(answer: Promise<Response>): Promise<void> {
  const response = await answer;
  if (response.status !== 302) throw new Error(`${response.status} at ${response.url}: ${await response.text()}`);
}
