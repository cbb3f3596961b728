/** A stored file, read in pieces: `read` answers fewer bytes at the end. */
export interface FileBytes {
  size: number;
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** Bytes that are in memory already, as a file. Nothing is copied. */
export function fileOf(bytes: Uint8Array): FileBytes {
  return { size: bytes.length, read: async (offset, length) => bytes.subarray(offset, offset + length) };
}

/** The same bytes as a Buffer. Nothing is copied. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
