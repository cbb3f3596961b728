import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create extension if not exists pg_trgm;

    create type role as enum ('administrator', 'marketing', 'sales', 'crm-administrator');
    create type language as enum ('es', 'en');
    create type import_list as enum ('sent', 'delivered', 'opened', 'unopened', 'clicked', 'hard', 'soft', 'auto-reply',
      'unsubscribed', 'complained', 'combined');
    create type import_state as enum ('draft', 'saved', 'undone');
    create type bounce_kind as enum ('hard', 'soft');
    create type follow_up_kind as enum ('soft', 'hard', 'manual');
    create type follow_up_result as enum ('recovered', 'corrected', 'address-right', 'phone-only', 'not-interested',
      'unreachable', 'removal', 'no-longer-bouncing', 'dismissed');
    create type call_outcome as enum ('mailbox-fixed', 'new-address', 'address-right', 'phone-only', 'not-interested',
      'no-answer', 'call-back', 'left-message', 'wrong-number');
    create type removal_decision as enum ('remove', 'phone-only');
    create type removal_state as enum ('requested', 'exported', 'confirmed', 'kept', 'withdrawn');

    -- What people type to find somebody: case, accents and punctuation of phones must not matter.
    create function fold(value text) returns text language sql immutable parallel safe as $$
      select translate(lower(value), 'áàâäãåéèêëíìîïóòôöõúùûüñç', 'aaaaaaeeeeiiiiooooouuuunc')
    $$;

    create table organization (
      id boolean primary key default true check (id),
      name text not null check (name <> ''),
      language language not null,
      country text not null check (country ~ '^[A-Z]{2}$'),
      time_zone text not null check (time_zone <> ''),
      created_at timestamptz not null default now()
    );

    create table users (
      id integer generated always as identity primary key,
      name text not null check (name <> ''),
      email text not null check (email <> ''),
      password_hash text not null,
      role role not null,
      language language not null,
      created_at timestamptz not null default now(),
      removed_at timestamptz
    );
    create unique index users_email on users (lower(email)) where removed_at is null;

    create table sessions (
      token_hash text primary key,
      user_id integer not null references users on delete cascade,
      client text not null default '',
      created_at timestamptz not null default now(),
      last_seen_at timestamptz not null default now(),
      expires_at timestamptz not null
    );
    create index sessions_user on sessions (user_id);

    -- The table that rate-limiter-flexible expects.
    create table attempts (key varchar(255) primary key, points integer not null default 0, expire bigint);

    create table campaigns (
      id integer generated always as identity primary key,
      name text not null check (name <> ''),
      sent_at timestamptz,
      is_sample boolean not null default false,
      created_by integer references users,
      created_at timestamptz not null default now(),
      -- Totals and percentages as the source reported them; never computed here.
      reported_sent integer check (reported_sent >= 0),
      reported_delivered integer check (reported_delivered >= 0),
      reported_opened integer check (reported_opened >= 0),
      reported_clicked integer check (reported_clicked >= 0),
      reported_unopened integer check (reported_unopened >= 0),
      reported_hard integer check (reported_hard >= 0),
      reported_soft integer check (reported_soft >= 0),
      reported_auto_reply integer check (reported_auto_reply >= 0),
      reported_opened_percent numeric(5,2) check (reported_opened_percent between 0 and 100),
      reported_clicked_percent numeric(5,2) check (reported_clicked_percent between 0 and 100),
      reported_unopened_percent numeric(5,2) check (reported_unopened_percent between 0 and 100),
      reported_bounced_percent numeric(5,2) check (reported_bounced_percent between 0 and 100)
    );
    create unique index campaigns_name on campaigns (lower(name));
    create index campaigns_newest on campaigns (coalesce(sent_at, created_at) desc, id desc);

    -- Counted in the transaction that changes a campaign's deliveries, so that no list has to count millions of rows.
    create table campaign_counts (
      campaign_id integer primary key references campaigns on delete cascade,
      sent integer not null,
      opened integer not null,
      clicked integer not null,
      hard integer not null,
      soft integer not null,
      auto_reply integer not null,
      unsubscribed integer not null,
      complained integer not null,
      -- Deliveries to contacts that are out of the CRM: in none of the figures above.
      removed integer not null
    );

    create table imports (
      id integer generated always as identity primary key,
      campaign_id integer not null references campaigns on delete cascade,
      list import_list,
      state import_state not null default 'draft',
      file_name text not null,
      sha256 text not null,
      bytes integer not null,
      -- Column position → field, where a person mapped by hand; null = as recognised.
      mapping jsonb,
      -- The file's own column names, for the download of rejected rows.
      headers text[],
      rows integer not null default 0,
      created integer not null default 0,
      updated integer not null default 0,
      unchanged integer not null default 0,
      duplicate integer not null default 0,
      rejected integer not null default 0,
      created_by integer references users,
      created_at timestamptz not null default now(),
      saved_at timestamptz,
      undone_by integer references users,
      undone_at timestamptz,
      -- How many rows an undo had to leave, since later work builds on them.
      undo_left integer,
      check (created + updated + unchanged + duplicate + rejected = rows),
      check (state = 'draft' or list is not null)
    );
    create index imports_campaign on imports (campaign_id);
    create index imports_newest on imports (created_at desc, id desc);

    -- The file of a draft; dropped when the import is saved or thrown away.
    create table import_files (
      import_id integer primary key references imports on delete cascade,
      content bytea not null
    );

    create table import_problems (
      import_id integer not null references imports on delete cascade,
      line integer not null,
      column_name text,
      code text not null,
      value text,
      raw text[] not null,
      rejected boolean not null
    );
    create index import_problems_import on import_problems (import_id, line);

    create table contacts (
      id integer generated always as identity primary key,
      first_name text,
      last_name text,
      company text,
      phone text,
      phone_e164 text,
      crm_record_id text,
      crm_module text,
      -- Columns of the source that have no place of their own: header → value.
      extra jsonb,
      -- The import that wrote the row last.
      import_id integer references imports on delete set null,
      created_at timestamptz not null default now(),
      search text generated always as (
        fold(coalesce(first_name, '') || ' ' || coalesce(last_name, '') || ' ' || coalesce(company, ''))
        || ' ' || regexp_replace(coalesce(phone, ''), '[^0-9]', '', 'g') || ' ' || coalesce(phone_e164, '')
      ) stored
    );
    create index contacts_search on contacts using gin (search gin_trgm_ops);
    create index contacts_import on contacts (import_id);

    create table addresses (
      id integer generated always as identity primary key,
      contact_id integer not null references contacts on delete cascade,
      -- As it came; compared by email_key (trimmed, lower-cased).
      email text not null,
      email_key text not null unique check (email_key = lower(btrim(email_key)) and email_key like '%_@_%'),
      domain text not null generated always as (split_part(email_key, '@', -1)) stored,
      import_id integer references imports on delete set null,
      created_at timestamptz not null default now(),
      -- Set when a call brought a better one: kept as history.
      replaced_at timestamptz
    );
    create unique index addresses_current on addresses (contact_id) where replaced_at is null;
    create index addresses_contact on addresses (contact_id);
    create index addresses_search on addresses using gin (email_key gin_trgm_ops);

    create table deliveries (
      campaign_id integer not null references campaigns on delete cascade,
      address_id integer not null references addresses on delete cascade,
      opened boolean not null default false,
      clicked boolean not null default false,
      unsubscribed boolean not null default false,
      complained boolean not null default false,
      auto_reply boolean not null default false,
      bounce_kind bounce_kind,
      -- To the letter, as the source gave it.
      bounce_reason text,
      auto_reply_reason text,
      sent_at timestamptz,
      opened_at timestamptz,
      clicked_at timestamptz,
      bounced_at timestamptz,
      auto_replied_at timestamptz,
      import_id integer references imports on delete set null,
      primary key (campaign_id, address_id),
      check (bounce_reason is null or bounce_kind is not null),
      check (auto_reply_reason is null or auto_reply),
      check (opened or not clicked)
    );
    create index deliveries_address on deliveries (address_id);
    create index deliveries_bounced on deliveries (campaign_id, bounce_kind, address_id) where bounce_kind is not null;
    create index deliveries_auto_reply on deliveries (campaign_id, address_id) where auto_reply;
    create index deliveries_import on deliveries (import_id);

    -- What an import overwrote, row by row, so that it can be undone.
    create table import_contact_changes (
      import_id integer not null references imports on delete cascade,
      contact_id integer not null references contacts on delete cascade,
      before jsonb not null,
      primary key (import_id, contact_id)
    );
    create index import_contact_changes_contact on import_contact_changes (contact_id);
    create table import_delivery_changes (
      import_id integer not null references imports on delete cascade,
      campaign_id integer not null,
      address_id integer not null,
      before jsonb not null,
      primary key (import_id, campaign_id, address_id),
      foreign key (campaign_id, address_id) references deliveries on delete cascade
    );
    create index import_delivery_changes_delivery on import_delivery_changes (campaign_id, address_id);

    create table follow_ups (
      id integer generated always as identity primary key,
      contact_id integer not null references contacts on delete cascade,
      kind follow_up_kind not null,
      opened_at timestamptz not null default now(),
      opened_by integer references users,
      import_id integer references imports on delete set null,
      -- Facts of the contact's current address, kept at every import: what the worklist is sorted by.
      bounces integer not null default 0,
      last_bounced_at timestamptz,
      used_to_open boolean not null default false,
      due_at timestamptz not null default now(),
      -- Set when somebody promised, or planned, to call again at due_at.
      is_call_back boolean not null default false,
      attempts integer not null default 0,
      assigned_to integer references users,
      -- Who has the contact open right now, and since when; lapses by itself when it isn't renewed.
      claimed_by integer references users,
      claimed_at timestamptz,
      claim_renewed_at timestamptz,
      closed_at timestamptz,
      closed_by integer references users,
      closed_as follow_up_result,
      check ((closed_at is null) = (closed_as is null)),
      check ((claimed_by is null) = (claimed_at is null))
    );
    create unique index follow_ups_open on follow_ups (contact_id) where closed_at is null;
    create index follow_ups_contact on follow_ups (contact_id);
    create index follow_ups_worklist on follow_ups
      ((case when is_call_back then due_at end), kind, bounces desc, last_bounced_at desc nulls last, used_to_open desc, id)
      where closed_at is null;
    create index follow_ups_assigned on follow_ups (assigned_to) where closed_at is null;
    create index follow_ups_import on follow_ups (import_id);
    create index addresses_import on addresses (import_id);

    create table calls (
      id integer generated always as identity primary key,
      contact_id integer not null references contacts on delete cascade,
      follow_up_id integer not null references follow_ups on delete cascade,
      address_id integer not null references addresses on delete cascade,
      called_by integer not null references users,
      called_at timestamptz not null default now(),
      outcome call_outcome not null,
      note text not null default '',
      call_back_at timestamptz,
      -- The address that was given, as it came.
      new_email text,
      -- The follow-up as it stood before this call: what taking it back restores.
      before jsonb not null,
      -- A double click sends the same key twice.
      form_key uuid not null unique,
      corrects_call_id integer references calls on delete cascade,
      taken_back_at timestamptz,
      taken_back_by integer references users,
      check ((call_back_at is not null) = (outcome = 'call-back')),
      check ((new_email is not null) = (outcome = 'new-address'))
    );
    create index calls_contact on calls (contact_id, called_at desc);
    create index calls_follow_up on calls (follow_up_id);
    create index calls_address on calls (address_id);
    create index calls_corrects on calls (corrects_call_id) where corrects_call_id is not null;

    create table corrections (
      id integer generated always as identity primary key,
      contact_id integer not null references contacts on delete cascade,
      old_address_id integer not null references addresses on delete cascade,
      new_address_id integer not null references addresses on delete cascade,
      call_id integer references calls on delete cascade,
      corrected_by integer not null references users,
      corrected_at timestamptz not null default now(),
      batch_id integer,
      check (old_address_id <> new_address_id)
    );
    create index corrections_contact on corrections (contact_id);
    create index corrections_old_address on corrections (old_address_id);
    create index corrections_new_address on corrections (new_address_id);
    create index corrections_call on corrections (call_id);

    create table batches (
      id integer generated always as identity primary key,
      created_by integer not null references users,
      created_at timestamptz not null default now(),
      file_name text not null,
      sha256 text not null,
      rows integer not null check (rows > 0),
      content bytea not null,
      -- A double click sends the same key twice; one export may need several files.
      form_key uuid not null,
      unique (form_key, file_name)
    );
    create function batches_are_immutable() returns trigger language plpgsql as $$
      begin raise exception 'a batch is immutable'; end
    $$;
    create trigger batches_are_immutable before update or delete on batches
      for each row execute function batches_are_immutable();
    alter table corrections add foreign key (batch_id) references batches;
    create index corrections_batch on corrections (batch_id);

    create table removals (
      id integer generated always as identity primary key,
      contact_id integer not null references contacts on delete cascade,
      address_id integer not null references addresses on delete cascade,
      -- The bounce it was asked for, if any.
      campaign_id integer references campaigns on delete set null,
      call_id integer references calls on delete cascade,
      decision removal_decision not null default 'remove',
      state removal_state not null default 'requested',
      reason text not null check (btrim(reason) <> ''),
      requested_by integer not null references users,
      requested_at timestamptz not null default now(),
      batch_id integer references batches,
      decided_by integer references users,
      decided_at timestamptz,
      decided_note text not null default '',
      check ((state in ('confirmed', 'kept', 'withdrawn')) = (decided_at is not null)),
      check (state <> 'kept' or btrim(decided_note) <> ''),
      check (state <> 'exported' or batch_id is not null)
    );
    create unique index removals_open on removals (contact_id) where state in ('requested', 'exported');
    create index removals_contact on removals (contact_id);
    create index removals_state on removals (state, requested_at desc, id desc);
    create index removals_batch on removals (batch_id);
    create index removals_address on removals (address_id);
    create index removals_campaign on removals (campaign_id);
    create index removals_call on removals (call_id) where call_id is not null;
    -- Asked at every figure: is this contact out of the CRM?
    create index removals_confirmed on removals (contact_id) where state = 'confirmed' and decision = 'remove';
  `.execute(db);
}
