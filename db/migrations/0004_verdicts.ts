import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create type verdict_kind as enum ('hard', 'soft', 'auto-reply');
    create type verdict_category as enum (
      'no-such-mailbox', 'no-such-domain', 'mailbox-full', 'mailbox-inactive', 'sender-blocked', 'sender-auth',
      'spam-content', 'message-too-big', 'message-rejected', 'throttled', 'server-trouble', 'routing-dns', 'auto-reply',
      'challenge-response', 'unknown'
    );
    create type verdict_problem as enum ('address', 'recipient', 'sender', 'message', 'passing', 'nobody', 'unknown');
    create type verdict_confidence as enum ('high', 'medium', 'low');

    -- What our reading of a reason can be: a few hundred rows, to which deliveries point. The id is made of all that the
    -- row says (db/queries/verdicts.ts), so that whoever reads a file knows it without asking.
    create table verdicts (
      id bigint primary key,
      rules_version text not null,
      kind verdict_kind not null,
      category verdict_category not null,
      problem verdict_problem not null,
      confidence verdict_confidence not null,
      -- What decided: a built-in rule's name, or "own-" and the number of one of the organisation's.
      rule text not null
    );

    -- Null = not read yet, or nothing to read. Keys would be checked row by row (see 0003): who writes one has written
    -- its verdict before, and those of older rules stay until nothing points to them.
    alter table deliveries add bounce_verdict_id bigint, add auto_reply_verdict_id bigint,
      add check (bounce_verdict_id is null or bounce_reason is not null),
      add check (auto_reply_verdict_id is null or auto_reply_reason is not null);

    -- So many automatic answers within ten minutes as one file tells; null = no such burst.
    alter table deliveries add auto_reply_burst integer check (auto_reply_burst > 2);

    -- The answer says that somebody has left, an account closes or has another address: worth a call.
    alter table deliveries add auto_reply_needs_call boolean not null default false check (auto_reply or not auto_reply_needs_call);
    alter type follow_up_kind add value 'auto-reply' before 'manual';

    -- The organisation's own rules, in their order: the first that fits a reason decides.
    create table rules (
      id integer generated always as identity primary key,
      position integer not null,
      name text not null check (name <> ''),
      pattern text not null check (pattern <> ''),
      is_regexp boolean not null default false,
      -- Null = whatever the source, whatever the recipient's domain.
      source text,
      domain text check (domain = lower(domain)),
      category verdict_category not null,
      is_on boolean not null default true,
      created_by integer not null references users,
      created_at timestamptz not null default now(),
      -- A removed rule can come back, to its place; and a verdict that it gave can still be told by its name.
      removed_at timestamptz,
      form_key uuid not null unique,
      unique (position) deferrable initially deferred
    );

    -- The rules by which a file's reasons were read.
    alter table imports add rules_version text;

    -- Stored bounces read again with other rules, one row a version of the rules.
    create table verdict_readings (
      rules_version text primary key,
      began_at timestamptz not null default now(),
      ended_at timestamptz,
      read integer not null default 0,
      moved integer not null default 0
    );

    alter table organization
      -- Of the own rules: goes up with each change of them.
      add rules_version integer not null default 0,
      -- So many soft bounces in a row count as hard.
      add soft_limit integer not null default 5 check (soft_limit between 2 and 100),
      -- An address that answers by itself in so many campaigns in a row may loop.
      add loop_limit integer not null default 3 check (loop_limit between 2 and 100);

    -- Soft bounces of the current address since a mail last arrived there.
    alter table follow_ups add soft_in_row integer not null default 0;

    -- Bounces of one campaign with one cause that no call can mend, as its last import left them; while it is held, the
    -- calls to their contacts are. Held: held_at, and released_at not yet.
    create table incidents (
      id integer generated always as identity primary key,
      campaign_id integer not null references campaigns on delete cascade,
      category verdict_category not null,
      -- What its bounces have in common: a reason without what changes from mail to mail, a blocklist, the recipients' host.
      cause text not null,
      addresses integer not null check (addresses > 0),
      hosts integer not null check (hosts > 0),
      -- The hosts with most addresses: [{ name, domains, addresses }].
      top_hosts jsonb not null,
      -- To the letter, the most frequent first.
      reasons text[] not null,
      held_by integer references users,
      held_at timestamptz,
      released_by integer references users,
      released_at timestamptz,
      unique (campaign_id, category, cause),
      check ((held_by is null) = (held_at is null)),
      check ((released_by is null) = (released_at is null)),
      check (released_at is null or held_at is not null)
    );
    -- No key leads to addresses (see 0003): who reads joins them, and one that is gone is left out.
    create table incident_addresses (
      incident_id integer not null references incidents on delete cascade,
      address_id integer not null,
      primary key (incident_id, address_id)
    );
    create index incident_addresses_address on incident_addresses (address_id);
    alter table follow_ups add incident_id integer references incidents on delete set null;
    create index follow_ups_incident on follow_ups (incident_id) where incident_id is not null;
    -- A promised call is made, held or not.
    drop index follow_ups_worklist;
    create index follow_ups_worklist on follow_ups
      ((case when is_call_back then due_at end), kind, bounces desc, last_bounced_at desc nulls last, used_to_open desc, id)
      where closed_at is null and (incident_id is null or is_call_back);

    -- The reading that spoke for the address when it was asked for, and was set aside by a second, deliberate confirmation;
    -- null = none was needed. Kept as it was then: rules change.
    alter table removals add confirmed_against verdict_category,
      add check (confirmed_against is null or decision = 'remove');
  `.execute(db);
}
