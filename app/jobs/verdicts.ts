import { ownReader, type ReasonOrigin } from "#app/rules/own-rules.ts";
import { rulesVersion } from "#app/rules/verdict.ts";
import { addJob } from "#db/queries/jobs.ts";
import { findRulesInForce } from "#db/queries/rules.ts";
import {
  beginReading,
  endReading,
  findReading,
  listCampaignIds,
  listReasonedAddresses,
  type NewVerdict,
  rereadDeliveries,
  saveVerdicts,
  verdictId,
} from "#db/queries/verdicts.ts";
import { findIncidents } from "./incidents.ts";

/** "3.12": the built-in rules and the organisation's, as verdicts are stored with. */
const versionOf = (own: number) => `${rulesVersion}.${own}`;

export async function rulesVersionInForce(): Promise<string> {
  return versionOf((await findRulesInForce()).version);
}

/** Reads reasons by the rules that were in force when it was made, and keeps the verdicts to be saved before what points to them. */
export class VerdictReader {
  private readonly ids = new Map<string, number>();
  private unsaved: NewVerdict[] = [];

  private constructor(
    readonly rules_version: string,
    private readonly readReason: ReturnType<typeof ownReader>,
  ) {}

  static async open(): Promise<VerdictReader> {
    const { version, rules } = await findRulesInForce();
    return new VerdictReader(versionOf(version), ownReader(rules));
  }

  idOf(reason: string, origin: ReasonOrigin): number {
    const { kind, category, problem, confidence, rule } = this.readReason(reason, origin);
    const key = `${rule} ${category} ${kind} ${confidence}`;
    let id = this.ids.get(key);
    if (id === undefined) {
      const verdict = { rules_version: this.rules_version, kind, category, problem, confidence, rule };
      id = verdictId(verdict);
      this.ids.set(key, id);
      this.unsaved.push(verdict);
    }
    return id;
  }

  async save(): Promise<void> {
    const verdicts = this.unsaved;
    this.unsaved = [];
    await saveVerdicts(verdicts);
  }
}

/** Queues the reading of all stored reasons, where they haven't been read by the rules in force; answers whether that is so. */
export async function checkVerdicts(): Promise<boolean> {
  const reading = await findReading(await rulesVersionInForce());
  if (reading?.ended_at) return false;
  await addJob({ task: "read-verdicts", rules_version: rulesVersion });
  return true;
}

/** Queues the reading of a campaign's reasons: some may be stored by older rules. */
export async function readCampaignAgain(campaign_id: number): Promise<void> {
  await addJob({ task: "read-verdicts", rules_version: rulesVersion, campaign_id });
}

const atOnce = 2_000;

/**
 * Reads stored reasons by the rules in force: those of one campaign, or all of them, and notes how many moved. Begins again when the rules change
 * meanwhile. Throws when newer built-in rules than ours are wanted: another process has them.
 */
export async function readVerdicts(wanted: { rules_version: number; campaign_id?: number }): Promise<void> {
  if (wanted.rules_version > rulesVersion) throw new Error(`rules ${wanted.rules_version} are newer than ours`);
  for (let isDone = false; !isDone; ) {
    const reader = await VerdictReader.open();
    await beginReading(reader.rules_version);
    // Somebody changed the rules twice: the job of the first change has read by both.
    if (!wanted.campaign_id && (await findReading(reader.rules_version))?.ended_at) return;
    isDone = await readAgain(reader, wanted.campaign_id ? [wanted.campaign_id] : await listCampaignIds());
    if (isDone && !wanted.campaign_id) await endReading(reader.rules_version);
  }
}

/** False when other rules came into force meanwhile: those that are left would have to be read twice. */
async function readAgain(reader: VerdictReader, campaign_ids: number[]): Promise<boolean> {
  const { rules_version } = reader;
  const isInForce = async () => rules_version === (await rulesVersionInForce());
  for (const campaign_id of campaign_ids) {
    const addresses = await listReasonedAddresses(campaign_id);
    for (let start = 0; start < addresses.length; start += atOnce) {
      if (!(await isInForce())) return false;
      const part = [...addresses.subarray(start, start + atOnce)];
      await rereadDeliveries(campaign_id, part, reader);
    }
    await findIncidents(campaign_id);
  }
  return isInForce();
}
