import { sql } from "kysely";
import { db } from "../connection.ts";

const PATIENCE = 2_000;

/** Whether the database answers at all, within two seconds; never throws. */
export async function databaseAnswers(): Promise<boolean> {
  const answer = sql`select 1`.execute(db).then(
    () => true,
    () => false,
  );
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), PATIENCE);
  });
  return Promise.race([answer, silence]).finally(() => clearTimeout(timer));
}
