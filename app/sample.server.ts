import { createHash } from "node:crypto";
import { readDraft } from "#app/drafts.server.ts";
import { sampleCampaigns } from "#app/import/sample.ts";
import { createCampaign } from "#db/queries/campaigns.ts";
import { createDraft, saveImport } from "#db/queries/imports.ts";
import { listSampleCampaigns, removeSample } from "#db/queries/sample.ts";

// Where the sample's invented company is, wherever ours may be.
const place = { country: "CO", time_zone: "America/Bogota" };

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
  const content = new TextEncoder().encode(text);
  const sha256 = createHash("sha256").update(content).digest("hex");
  const import_id = await createDraft({ campaign_id, list, file_name, sha256, content, created_by: user_id });
  const draft = readDraft({ content, file_name }, { list }, place);
  if ("failure" in draft || !draft.file) throw new Error(`the sample's ${file_name} can't be read`);
  await saveImport(import_id, draft.file);
}
