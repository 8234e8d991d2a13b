export interface VolumeFacts {
  name: string;
  driver: string;
  /** Host path a local volume binds (`type=none,o=bind`); null for ordinary volumes. */
  bindSource: string | null;
}
