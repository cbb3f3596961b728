import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    -- A large import replaces contacts, addresses and deliveries by tables that it has built (db/queries/import-tables.ts):
    -- no foreign key may hold on to the old ones. Like those between the three, these are checked by statement; unlike
    -- them they lock what they need, as a foreign key would: people work while contacts go.
    alter table follow_ups drop constraint follow_ups_contact_id_fkey,
      -- A mark that is only read, as import_id is elsewhere.
      drop constraint follow_ups_import_id_fkey;
    drop index follow_ups_import;
    alter table calls drop constraint calls_contact_id_fkey, drop constraint calls_address_id_fkey;
    alter table corrections drop constraint corrections_contact_id_fkey,
      drop constraint corrections_old_address_id_fkey, drop constraint corrections_new_address_id_fkey;
    alter table removals drop constraint removals_contact_id_fkey, drop constraint removals_address_id_fkey;

    -- Arguments: table and column, in pairs.
    create function needs_parents() returns trigger language plpgsql as $$
    declare
      missing bigint;
    begin
      -- Who holds the imports' turn has just written the contacts or read them, and nobody else takes any away. Looking at
      -- each once more, right after they were written, would take longer than what it checks.
      if current_setting('rebote.has_turn', true) = 'on' then
        return null;
      end if;
      for pair in 0 .. tg_nargs / 2 - 1 loop
        execute format('
          with needed as materialized (select distinct %2$I as id from added), locked as materialized (
            select from %1$I p where p.id in (select id from needed) for key share
          )
          select (select count(*) from needed) - (select count(*) from locked)
        ', tg_argv[pair * 2], tg_argv[pair * 2 + 1]) into missing;
        if missing > 0 then
          raise foreign_key_violation using message = 'a row of ' || tg_table_name || ' needs its ' || tg_argv[pair * 2 + 1];
        end if;
      end loop;
      return null;
    end $$;

    create trigger follow_ups_added after insert on follow_ups referencing new table as added
      for each statement execute function needs_parents('contacts', 'contact_id');
    create trigger calls_added after insert on calls referencing new table as added
      for each statement execute function needs_parents('contacts', 'contact_id', 'addresses', 'address_id');
    create trigger calls_changed after update on calls referencing new table as added
      for each statement execute function needs_parents('addresses', 'address_id');
    create trigger corrections_added after insert on corrections referencing new table as added
      for each statement execute function needs_parents('contacts', 'contact_id', 'addresses', 'old_address_id',
        'addresses', 'new_address_id');
    create trigger removals_added after insert on removals referencing new table as added
      for each statement execute function needs_parents('contacts', 'contact_id', 'addresses', 'address_id');
    create trigger removals_changed after update on removals referencing new table as added
      for each statement execute function needs_parents('addresses', 'address_id');

    create trigger follow_ups_stay before update of contact_id on follow_ups
      for each row when (new.contact_id <> old.contact_id) execute function keys_stay();
    create trigger calls_stay before update of contact_id on calls
      for each row when (new.contact_id <> old.contact_id) execute function keys_stay();
    create trigger corrections_stay before update of contact_id, old_address_id, new_address_id on corrections
      for each row when (new.contact_id <> old.contact_id or new.old_address_id <> old.old_address_id
        or new.new_address_id <> old.new_address_id) execute function keys_stay();
    create trigger removals_stay before update of contact_id on removals
      for each row when (new.contact_id <> old.contact_id) execute function keys_stay();

    create or replace function contacts_gone() returns trigger language plpgsql as $$
    begin
      delete from removals r using gone where r.contact_id = gone.id;
      delete from corrections c using gone where c.contact_id = gone.id;
      delete from calls c using gone where c.contact_id = gone.id;
      delete from follow_ups f using gone where f.contact_id = gone.id;
      delete from addresses a using gone where a.contact_id = gone.id;
      delete from import_contact_changes k using gone where k.contact_id = gone.id;
      return null;
    end $$;

    create or replace function addresses_gone() returns trigger language plpgsql as $$
    begin
      delete from removals r using gone where r.address_id = gone.id;
      delete from corrections
      where old_address_id in (select id from gone) or new_address_id in (select id from gone);
      delete from calls c using gone where c.address_id = gone.id;
      delete from deliveries d using gone where d.address_id = gone.id;
      update contacts c set search = search_text(first_name, last_name, company, phone, phone_e164,
        (select string_agg(email_key, ' ' order by id) from addresses a where a.contact_id = c.id))
      from gone where c.id = gone.contact_id;
      return null;
    end $$;
  `.execute(db);
}
