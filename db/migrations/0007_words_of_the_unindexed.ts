import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    -- What a large import brings is found by a scan until it is indexed: of those contacts alone now whose trigrams may be the searched ones. 4096
    -- bits for 32 contacts, told by the reader (db/queries/search-text.ts); all of them where nobody has told.
    create table new_ranges as select first_id, last_id from unindexed_contacts;
    delete from unindexed_contacts;
    alter table unindexed_contacts add trigrams bytea not null check (octet_length(trigrams) = 512);
    insert into unindexed_contacts
    select first, least(first + 31, last_id), decode(repeat('ff', 512), 'hex')
    from new_ranges cross join generate_series(first_id, last_id, 32) first;
    drop table new_ranges;

    -- They are of the text that a contact came with: one that gets another goes into the index at once.
    create or replace function contacts_search() returns trigger language plpgsql as $$
    begin
      new.search := search_text(new.first_name, new.last_name, new.company, new.phone, new.phone_e164,
        (select string_agg(email_key, ' ' order by id) from addresses where contact_id = new.id));
      new.is_indexed := true;
      return new;
    end $$;
    create or replace function addresses_added() returns trigger language plpgsql as $$
    declare
      missing bigint;
      unknown bigint;
    begin
      -- An import's contacts come with their addresses in their search text; folding a million to find that out would take
      -- longer than writing them. "offset 0" keeps the planner at one look into the key for each new row.
      select count(*) filter (where c.id is null), count(*) filter (where strpos(c.search, a.email_key) = 0)
      into missing, unknown
      from added a left join lateral (select id, search from contacts where id = a.contact_id offset 0) c on true;
      if missing > 0 then
        raise foreign_key_violation using message = 'an address needs its contact';
      end if;
      if unknown > 0 then
        update contacts c set search = c.search || ' ' || fold(a.email_key), is_indexed = true
        from added a where c.id = a.contact_id and strpos(c.search, a.email_key) = 0
          and strpos(c.search, fold(a.email_key)) = 0;
      end if;
      return null;
    end $$;

    -- Rows that wait to be saved lack them: their files are read again.
    do $$
    declare
      waiting text;
    begin
      for waiting in
        select tablename from pg_tables where schemaname = current_schema() and tablename ~ '^import_rows_[0-9]{1,9}$'
      loop
        execute format('drop table %I', waiting);
      end loop;
    end $$;
  `.execute(db);
}
