import type { Reading } from '../../shared/reading.ts';

/** Where a path of the host leads that a container mounts, when every link on the way is followed. */
export interface MountSource {
  /** As a mount names it, see `MountFact`. */
  path: string;
  /** A place of the system that is a link here, and that no mount need name. Else absent. */
  isPlace?: true;
  /** Unread where that was not to be told, e.g. because something else is mounted on the way. */
  leadsTo: Reading<string>;
  /** It leads to a folder: what is mounted below that comes along, and nobody sees it from outside. */
  isFolder?: boolean;
  /**
   * Known files and sockets with the same kind, mode, size and time: it may be another name of one. Null where it
   * was not compared with them, as for want of time, or where no links to places of the system were shown.
   */
  alike?: string[] | null;
}
