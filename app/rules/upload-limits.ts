/** What one upload may bring; the form tells before anything is sent, the server makes sure. */
export const uploadLimits = {
  files: 20,
  /** Bytes of one file. */
  file: 25 * 2 ** 20,
  /** Bytes of all files together, which are held in memory until they are stored. */
  total: 100 * 2 ** 20,
  /** Characters of a pasted table. */
  pasted: 5_000_000,
};
