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

    -- They are of the text that a contact came with: one that gets another, from whomever, goes into the index at once. By its name this
    -- trigger comes after contacts_search_of_changed, which makes the text.
    create function index_at_once() returns trigger language plpgsql as $$
    begin
      new.is_indexed := true;
      return new;
    end $$;
    create trigger contacts_text_changed before update on contacts
      for each row when (not new.is_indexed and new.search <> old.search) execute function index_at_once();

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
