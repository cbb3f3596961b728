import { openDatabase } from "#db/embedded.ts";
import { migrate } from "#db/migrate.ts";
import { readEnvironment } from "./environment.ts";

/** `npm run migrate`: for those who bring the database up to date before the app, not with it. */
export default async function main(): Promise<void> {
  const { DATA_DIR, DATABASE_URL } = readEnvironment();
  const { url, stop } = await openDatabase({ dataDir: DATA_DIR, url: DATABASE_URL });
  try {
    const taken = await migrate(url);
    console.log(taken.length > 0 ? taken.join("\n") : "Nothing to migrate.");
  } finally {
    await stop();
  }
}
