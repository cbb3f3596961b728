import type { Source } from "../sources.ts";

/** Its bounces under the names of the API, and the export of its subscribers, which says nothing of any mail. */
export const listmonk: Source = {
  id: "listmonk",
  name: "listmonk",
  page: "https://listmonk.app/docs/bounces/",
  files: [
    {
      has: ["email, type, source, created_at, subscriber_id", "email, type, source, created_at, subscriber_uuid"],
      headers: {
        email: "email",
        type: "status",
        created_at: "bounced_at",
        source: null,
        meta: null,
        subscriber_id: null,
        subscriber_uuid: null,
      },
      list: "combined",
      told: { by: "type" },
    },
    {
      has: ["uuid, email, name, attributes, status, created_at, updated_at"],
      headers: {
        email: "email",
        name: "full_name",
        status: null,
        attributes: null,
        created_at: null,
        updated_at: null,
      },
    },
  ],
  statuses: {
    hard: "hard",
    // What its heuristics don't know is soft, too.
    soft: "soft",
    complaint: "complained",
    enabled: null,
    disabled: null,
    blocklisted: null,
  },
};
