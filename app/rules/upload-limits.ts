/** What one upload may bring; the form tells before anything is sent, the server makes sure. */
export const uploadLimits = {
  files: 20,
  /** Bytes of one file. It goes to the disk as it comes, so that only the disk's room bounds it. */
  file: 4 * 2 ** 30,
  /** Characters of a pasted table. */
  pasted: 5_000_000,
};
