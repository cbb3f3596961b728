import { incidentCategories, incidentsIn } from "#app/rules/incidents.ts";
import { refreshIncidents } from "#db/queries/incidents.ts";

/** Finds a campaign's incidents anew: after its bounces, or what is read out of them, have changed. */
export async function findIncidents(campaign_id: number): Promise<void> {
  await refreshIncidents(campaign_id, incidentCategories, incidentsIn);
}
