/**
 * Whoever opens a contact to phone it has it to themselves, so that nobody else calls it at the same time. The screen
 * renews the claim while it is open; without a renewal it lapses after this many minutes.
 */
export const claimMinutes = 15;
