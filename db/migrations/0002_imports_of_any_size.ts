import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create extension if not exists unaccent;

    -- Case and accents don't matter to a search. unaccent() isn't immutable only because its dictionary could be replaced.
    -- Generated columns let go of it first, and take it again below.
    alter table contacts alter column search drop expression;
    create or replace function fold(value text) returns text language sql immutable strict parallel safe
      return lower(unaccent('unaccent'::regdictionary, value));

    -- What a contact is found by: names, company, phone in digits and every address, in one text.
    create function search_text(first_name text, last_name text, company text, phone text, phone_e164 text, emails text)
      returns text language sql immutable parallel safe
      return fold(concat_ws(' ', first_name, last_name, company,
        case when phone ~ '[^0-9]' then regexp_replace(phone, '[^0-9]', '', 'g') else phone end, phone_e164, emails));

    drop index contacts_search;
    drop index addresses_search;
    -- A trigram costs more to index than the rest of a contact to write: what a large import brings is found by a scan
    -- until a job in the background has indexed it.
    alter table contacts add is_indexed boolean not null default true;
    update contacts c set search = search_text(first_name, last_name, company, phone, phone_e164,
      (select string_agg(email_key, ' ' order by id) from addresses a where a.contact_id = c.id));
    alter table contacts alter column search set default '', alter column search set not null;
    create index contacts_search on contacts using gin (search gin_trgm_ops) where is_indexed;
    create table unindexed_contacts (
      first_id integer primary key,
      last_id integer not null check (last_id >= first_id)
    );

    create function contacts_search() returns trigger language plpgsql as $$
    begin
      new.search := search_text(new.first_name, new.last_name, new.company, new.phone, new.phone_e164,
        (select string_agg(email_key, ' ' order by id) from addresses where contact_id = new.id));
      return new;
    end $$;
    create trigger contacts_search_of_new before insert on contacts
      for each row when (new.search = '') execute function contacts_search();
    create trigger contacts_search_of_changed before update on contacts
      for each row when (new.search is not distinct from old.search
        and (new.first_name, new.last_name, new.company, new.phone, new.phone_e164)
          is distinct from (old.first_name, old.last_name, old.company, old.phone, old.phone_e164))
      execute function contacts_search();

    -- Foreign keys are checked row by row, which took two thirds of a large import's time. These check a statement's
    -- rows together. Whoever deletes contacts or addresses holds the imports' turn (db/queries/turn.ts), so that none
    -- goes while another transaction builds on it.
    alter table contacts drop constraint contacts_import_id_fkey;
    alter table addresses drop constraint addresses_import_id_fkey, drop constraint addresses_contact_id_fkey;
    alter table deliveries drop constraint deliveries_import_id_fkey, drop constraint deliveries_address_id_fkey,
      drop constraint deliveries_campaign_id_fkey;
    alter table import_contact_changes drop constraint import_contact_changes_contact_id_fkey;
    alter table import_delivery_changes drop constraint import_delivery_changes_campaign_id_address_id_fkey;
    -- One index for both: the addresses of a contact, of which one is current.
    drop index addresses_current, addresses_contact;
    create unique index addresses_contact on addresses (contact_id, replaced_at) nulls not distinct;

    -- An import's rows are found through its campaign's deliveries.
    drop index contacts_import, addresses_import, deliveries_import;

    create function addresses_added() returns trigger language plpgsql as $$
    declare
      missing bigint;
      unknown bigint;
    begin
      -- An import's contacts come with their addresses in their search text; folding a million to find that out would take
      -- longer than writing them.
      select count(*) filter (where c.id is null), count(*) filter (where strpos(c.search, a.email_key) = 0)
      into missing, unknown
      from added a left join contacts c on c.id = a.contact_id;
      if missing > 0 then
        raise foreign_key_violation using message = 'an address needs its contact';
      end if;
      if unknown > 0 then
        update contacts c set search = c.search || ' ' || fold(a.email_key)
        from added a where c.id = a.contact_id and strpos(c.search, a.email_key) = 0
          and strpos(c.search, fold(a.email_key)) = 0;
      end if;
      return null;
    end $$;
    create trigger addresses_added after insert on addresses referencing new table as added
      for each statement execute function addresses_added();

    create function addresses_gone() returns trigger language plpgsql as $$
    begin
      delete from deliveries d using gone where d.address_id = gone.id;
      update contacts c set search = search_text(first_name, last_name, company, phone, phone_e164,
        (select string_agg(email_key, ' ' order by id) from addresses a where a.contact_id = c.id))
      from gone where c.id = gone.contact_id;
      return null;
    end $$;
    create trigger addresses_gone after delete on addresses referencing old table as gone
      for each statement execute function addresses_gone();

    create function contacts_gone() returns trigger language plpgsql as $$
    begin
      delete from addresses a using gone where a.contact_id = gone.id;
      delete from import_contact_changes k using gone where k.contact_id = gone.id;
      return null;
    end $$;
    create trigger contacts_gone after delete on contacts referencing old table as gone
      for each statement execute function contacts_gone();

    create function deliveries_added() returns trigger language plpgsql as $$
    begin
      if exists (select from added d where not exists (select from addresses a where a.id = d.address_id)) then
        raise foreign_key_violation using message = 'a delivery needs its address';
      end if;
      perform from campaigns where id in (select campaign_id from added group by campaign_id) for key share;
      if exists (
        select from (select campaign_id from added group by campaign_id) d
        where not exists (select from campaigns c where c.id = d.campaign_id)
      ) then
        raise foreign_key_violation using message = 'a delivery needs its campaign';
      end if;
      return null;
    end $$;
    create trigger deliveries_added after insert on deliveries referencing new table as added
      for each statement execute function deliveries_added();

    create function deliveries_gone() returns trigger language plpgsql as $$
    begin
      delete from import_delivery_changes k using gone
      where k.campaign_id = gone.campaign_id and k.address_id = gone.address_id;
      return null;
    end $$;
    create trigger deliveries_gone after delete on deliveries referencing old table as gone
      for each statement execute function deliveries_gone();

    create function campaigns_gone() returns trigger language plpgsql as $$
    begin
      delete from deliveries d using gone where d.campaign_id = gone.id;
      return null;
    end $$;
    create trigger campaigns_gone after delete on campaigns referencing old table as gone
      for each statement execute function campaigns_gone();

    create function keys_stay() returns trigger language plpgsql as $$
      begin raise foreign_key_violation using message = 'a ' || tg_table_name || ' row keeps what it belongs to'; end
    $$;
    create trigger addresses_stay before update of id, contact_id on addresses
      for each row when (new.id <> old.id or new.contact_id <> old.contact_id) execute function keys_stay();
    create trigger deliveries_stay before update of campaign_id, address_id on deliveries
      for each row when (new.campaign_id <> old.campaign_id or new.address_id <> old.address_id)
      execute function keys_stay();
    create trigger contacts_stay before update of id on contacts
      for each row when (new.id <> old.id) execute function keys_stay();

    -- Drafts kept their file in the database; from now on files lie on disk (DATA_DIR). They can be brought once more.
    delete from imports where state = 'draft';
    drop table import_files;

    alter table imports drop constraint imports_check1;
    alter type import_state rename to import_state_before;
    create type import_state as enum ('reading', 'draft', 'saving', 'saved', 'undoing', 'undone');
    alter table imports
      alter state drop default,
      alter state type import_state using state::text::import_state,
      alter state set default 'reading',
      alter bytes type bigint,
      -- Which folder of files holds its file (several app processes may have one each), and its name there.
      add store uuid,
      add file_id uuid,
      -- Why it could not be read, saved or undone the last time; tried again, it is forgotten.
      add failure text,
      -- Counted up whenever a person changes how the file is to be read: an older reading is dropped.
      add version integer not null default 1,
      -- What opens a protected file, until it is saved or thrown away.
      add password text,
      add sheet integer,
      add source text,
      add day_first boolean,
      -- The file's values win over stored ones; else they only fill what is empty.
      add overwrite boolean not null default true,
      -- What the review shows: dialect, sheets, columns with samples, first rows.
      add review jsonb,
      -- Of the step that runs (reading, saving, undoing): when it began, and how far it is.
      add step_began_at timestamptz,
      add rows_done integer not null default 0,
      add rows_total integer,
      add cancel_requested boolean not null default false,
      -- When the person who brought it was told how it ended.
      add told_at timestamptz,
      add constraint imports_list check (state in ('reading', 'draft') or list is not null);
    drop type import_state_before;
    update imports set told_at = now();
    create index imports_running on imports (state) where state in ('reading', 'saving', 'undoing');
    create index imports_untold on imports (created_by) where told_at is null;
    create index imports_same_file on imports (campaign_id, sha256);

    alter table import_problems add id integer generated always as identity primary key;
    drop index import_problems_import;
    create index import_problems_import on import_problems (import_id, line, id);
    create index import_problems_code on import_problems (import_id, code, line, id);

    -- How people mapped files with these headers: what the next one with the same is read by.
    create table mappings (
      headers_key text primary key,
      mapping jsonb not null,
      overwrite boolean not null,
      updated_at timestamptz not null default now()
    );
  `.execute(db);
}
