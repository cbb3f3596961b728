import { sampleCampaigns } from "#app/import/sample.ts";
import { createCampaign } from "#db/queries/campaigns.ts";
import { listSampleCampaigns, removeSample } from "#db/queries/sample.ts";
import { dropFile, keepText, placeOf } from "./jobs/files.ts";
import { importNow } from "./jobs/import-now.ts";

// Where the sample's invented company is, wherever ours may be.
const home = { country: "CO", time_zone: "America/Bogota" };

/**
 * Imports the sample as if its files had been dropped on the import screen. Answers the campaign to show first, which may
 * be there already, or the name that another campaign has taken.
 */
export async function addSample(user_id: number): Promise<{ campaign_id: number } | { taken: string }> {
  const [present] = await listSampleCampaigns();
  if (present) return { campaign_id: present.id };
  try {
    let campaign_id = 0;
    for (const { files, reported, ...campaign } of sampleCampaigns()) {
      const created = await createCampaign({ ...campaign, ...reported, is_sample: true }, user_id);
      if (created === undefined) return await nameTaken(campaign.name, user_id);
      campaign_id = created;
      for (const file of files) await importFile(file, campaign_id, user_id);
    }
    return { campaign_id };
  } catch (error) {
    await removeSample(user_id);
    throw error;
  }
}

async function nameTaken(name: string, user_id: number) {
  const samples = await listSampleCampaigns();
  // A second click at the same moment: the first one is at work.
  const same = samples.find((sample) => sample.name === name);
  if (same) return { campaign_id: same.id };
  if (samples.length > 0) await removeSample(user_id);
  return { taken: name };
}

type SampleFile = ReturnType<typeof sampleCampaigns>[number]["files"][number];

async function importFile({ list, file_name, text }: SampleFile, campaign_id: number, user_id: number) {
  const { file_id, ...kept } = await keepText(text);
  try {
    const chosen = { list, mapping: null, sheet: null, day_first: null };
    const file = { ...kept, file_name, place: placeOf(file_id), chosen, home, overwrite: true };
    const imported = await importNow(campaign_id, file, user_id);
    if ("failure" in imported) throw new Error(`the sample's ${file_name} can't be read`);
  } finally {
    await dropFile(file_id);
  }
}
