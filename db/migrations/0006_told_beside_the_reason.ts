import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    -- What the source told of a bounce in columns of their own, to the letter: { code, status, label }, the server's reply code and
    -- enhanced status ("550", "5.1.1") and the source's word for it ("MailboxFull"). Comes and goes with the reason, whose verdict reads it, too.
    alter table deliveries add bounce_told jsonb, add check (bounce_told is null or bounce_reason is not null);
  `.execute(db);
}
