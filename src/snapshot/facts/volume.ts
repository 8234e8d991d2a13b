/** What a local volume mounts by its options, where that is no bind of a folder. */
export interface VolumeMount {
  /** Filesystem, e.g. `ext4`, `proc`, `overlay`, `nfs`, `tmpfs`; `bind` for a folder that is named from where the engine was started. */
  filesystem: string;
  /** What is mounted, e.g. a disk; without credentials. */
  device: string;
  /** Folders that an overlay is made of. */
  layers: string[];
  /** There are more, named from where the engine was started. */
  hasRelativeLayers?: true;
  /** The one of them that takes what is written; null or absent where none is named. */
  upperLayer?: string | null;
  /** Address or name of the server, for a share; null where none is named. */
  server: string | null;
}

export interface VolumeFacts {
  name: string;
  driver: string;
  /** Host path a local volume binds (`type=none,o=bind`); null for ordinary volumes. */
  bindSource: string | null;
  /** Its options say that nothing is written to it; absent where they do not. */
  isReadonly?: true;
  /** It binds its path without what is mounted below that (`o=bind`); absent otherwise. */
  isNonRecursive?: true;
  /** Null for ordinary volumes and those that bind. */
  mount: VolumeMount | null;
}
