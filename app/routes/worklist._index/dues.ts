/** Whether a follow-up is to be phoned already. */
export const dues = ["now", "later", "all"] as const;
