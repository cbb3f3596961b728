import { writeFile } from "node:fs/promises";
import path from "node:path";
import fc from "fast-check";
import { sql } from "kysely";
import { beforeAll, describe, expect, test } from "vitest";
import { importNow } from "#app/jobs/import-now.ts";
import { db } from "#db/connection.ts";
import { createCampaign } from "#db/queries/campaigns.ts";
import { indexContacts, listContacts, searchLimit, updateContact } from "#db/queries/contacts.ts";
import { ownDatabase } from "../database.ts";

// What a large import brings is found before it is in the index of searches, and then as before.

ownDatabase();

const surnames = ["Gómez", "Rodríguez", "Nuñez", "Straße", "Ωmega", "Peña", "Çelik", "O'Hara", "Muñoz_2", "100%"];
const syllables = ["ba", "co", "di", "fu", "ga", "lo", "mi", "ne", "pu", "ra", "si", "to", "vé", "ñu"];
const companyOf = (index: number) =>
  [1, 14, 196].map((place) => syllables[Math.floor(index / place) % syllables.length]).join("");

const people = 6_000;
/** They come twice, far from where they came first, with what wasn't known then. */
const again = Array.from({ length: 40 }, (_, count) => count * 131 + 7);
const emailOf = (index: number) => `p${index}@d${index % 300}.example`;
const rowOf = (index: number) =>
  [
    emailOf(index),
    "Ana",
    surnames[index % 997 < 9 ? index % 10 : index % 2],
    again.includes(index) ? "" : companyOf(index),
    `3${String((index * 7919) % 1e9).padStart(9, "0")}`,
  ].join(",");
const anew = (index: number) => `${emailOf(index)},,,Hallazgo ${companyOf(index)},`;

let campaign_id = 0;

async function bring(name: string, lines: string[], list: "combined" | "soft" = "soft") {
  const place = path.join(process.env.DATA_DIR ?? "", name);
  const text = `Contact Email,First Name,Last Name,Company Name,Phone\n${lines.join("\n")}\n`;
  await writeFile(place, text);
  const imported = await importNow(
    campaign_id,
    {
      ...{ place, file_name: name, bytes: Buffer.byteLength(text), sha256: name, overwrite: true },
      chosen: { list, mapping: null, sheet: null, day_first: null },
      home: { country: "CO", time_zone: "America/Bogota" },
    },
    null,
  );
  if ("failure" in imported) throw new Error(imported.failure);
  return imported;
}

const search = async (text: string) =>
  (await listContacts({ search: text, page: 1, size: searchLimit })).contacts.map(({ id }) => id).sort((a, b) => a - b);

/** Every contact is looked at. */
async function lookFor(word: string): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from contacts where strpos(search, fold(${word})) > 0 order by id
  `.execute(db);
  return rows.map(({ id }) => id);
}

async function expectFound(word: string): Promise<void> {
  const digits = word.replaceAll(/\D/g, "");
  const isPhone = digits.length >= 3 && /^[\d().+/-]+$/.test(word);
  const all = await lookFor(isPhone ? digits : word);
  const found = await search(word);
  if (all.length <= searchLimit) expect(found, word).toEqual(all);
  else expect(found, word).toHaveLength(searchLimit);
}

beforeAll(async () => {
  campaign_id = (await createCampaign({ name: "Boletín", sent_at: null }, null)) ?? 0;
  await bring(
    "before.csv",
    Array.from({ length: 50 }, (_, index) => rowOf(index * 3)),
  );
  // Lines that bring nobody, so that numbers of lines and of contacts differ.
  const lines = Array.from({ length: people }, (_, index) => (index % 500 === 9 ? "no address,,,," : rowOf(index)));
  await bring("large.csv", [...lines, ...again.map(anew)]);
});

/** Pieces of what is there, and what nobody has. */
const words = fc.oneof(
  fc
    .tuple(fc.nat(people - 1), fc.nat(60), fc.integer({ min: 1, max: 9 }))
    .map(([index, start, length]) =>
      rowOf(index)
        .replaceAll(",", "")
        .slice(start, start + length),
    )
    .filter((word) => word !== "" && !/\s/.test(word)),
  fc.string({ unit: fc.constantFrom(..."abcñoúzß-.0123Ω"), minLength: 1, maxLength: 6 }),
);

const propertyHolds = () =>
  fc.assert(
    fc.asyncProperty(words, async (word) => expectFound(word)),
    { numRuns: 150 },
  );

describe.sequential("until it is indexed", () => {
  test("a search finds whoever has the word", async () => {
    const { rows } = await sql<{ open: number; ranges: number }>`
      select (select count(*)::int from contacts where not is_indexed) as open,
        (select count(*)::int from unindexed_contacts) as ranges
    `.execute(db);
    expect(rows[0]?.open).toBeGreaterThan(5_000);
    expect(rows[0]?.ranges).toBeLessThan(people / 32 + 5);
    await propertyHolds();
    for (const word of [...surnames, emailOf(people - 1), "hallazgo", "strasse", "OMEGA", "a", "%", "_2"])
      await expectFound(word);
    expect(await search(`GOMEZ ${emailOf(4444)} an`)).toHaveLength(1);
  });

  test("few contacts are looked at for a word that few have", async () => {
    const { rows } = await sql<{ share: number }>`
      select avg((get_bit(trigrams, 0) + get_bit(trigrams, 1001) + get_bit(trigrams, 2002) + get_bit(trigrams, 4001)) / 4.0)::float as share
      from unindexed_contacts
    `.execute(db);
    expect(rows[0]?.share).toBeLessThan(0.3);
  });

  test("who comes twice in the file is found by what either line says", async () => {
    for (const index of again.slice(0, 10)) {
      const found = await search(emailOf(index));
      expect(found).toHaveLength(1);
      expect(await search(`hallazgo ${companyOf(index)} ${emailOf(index)}`)).toEqual(found);
    }
  });

  test("a contact that a person changes is found by the new words at once", async () => {
    const [id = 0] = await search(emailOf(4321));
    const before = await db.selectFrom("contacts").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
    expect(before.is_indexed).toBe(false);
    const { first_name, last_name, phone, phone_e164, crm_record_id, crm_module } = before;
    const rest = { first_name, last_name, phone, phone_e164, crm_record_id, crm_module };
    await updateContact(id, { ...rest, company: "Zwyqex" });
    expect(await search("zwyqex")).toEqual([id]);
    const [other = 0] = await search(emailOf(4322));
    await db
      .insertInto("addresses")
      .values({ contact_id: other, email: "k@xqzvw.example", email_key: "k@xqzvw.example", replaced_at: new Date() })
      .execute();
    expect(await search("xqzvw")).toEqual([other]);
  });

  test("the next import's words, too", async () => {
    await bring("next.csv", [rowOf(4_400).replace("Ana", "Wladyslaw"), "neu@xyzzyq.example,Ana,,,"]);
    expect(await search("wladyslaw")).toHaveLength(1);
    expect(await search("xyzzyq")).toHaveLength(1);
    await propertyHolds();
  });

  test("indexed, everybody is found as before", async () => {
    await indexContacts();
    const { rows } = await sql`
      select from unindexed_contacts union all select from contacts where not is_indexed
    `.execute(db);
    expect(rows).toEqual([]);
    await propertyHolds();
  });
});
