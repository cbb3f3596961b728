/** Whether a follow-up is to be phoned already; `held`: not while its incident lasts. */
export const dues = ["now", "later", "all", "held"] as const;
