/** A regular file of an archive answer as it is. */
export interface ArchivedFile {
  /** Path within the archive. */
  name: string;
  bytes: Uint8Array;
}
