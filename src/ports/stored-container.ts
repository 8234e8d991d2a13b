import type { Control } from '../controls/control.ts';
import type { StoredSurface } from './inventory.ts';
import type { ObservedContainer } from './scan-record.ts';

export interface StoredContainer extends Omit<ObservedContainer, 'surface'> {
  surface: StoredSurface | null;
  host: string;
  firstSeen: string;
  lastSeen: string;
  /** Null while it exists. */
  removedAt: string | null;
}

/** What of a container can be read without the rest. */
export interface ContainerParts
  extends Pick<
    StoredContainer,
    'facts' | 'facets' | 'unverifiedFacets' | 'controls' | 'isolation' | 'surface'
  > {
  imageId: string;
  /** First process; null where none runs. */
  pid: number | null;
}

export type ContainerPart = keyof ContainerParts;

/** Parts of an existing container, without the rest that is known of it. */
export type PartsOfContainer<Part extends ContainerPart> = {
  host: string;
  name: string;
  id: string;
  state: string;
} & Pick<ContainerParts, Part>;

/** What an existing container offers; null when it was scanned by a version that did not look. */
export type SurfaceOfContainer = PartsOfContainer<'imageId' | 'surface'>;

export interface NamedContainer {
  host: string;
  name: string;
  id: string;
  /** Null while it exists. */
  removedAt: string | null;
}

/** A container that is gone, among others of its name. */
export interface Namesake {
  host: string;
  id: string;
  image: string;
  /** When a scan first saw it, or an event told that it was made. */
  firstSeen: string;
  /** When it was removed, or a scan found it gone. */
  removedAt: string;
}

/** An existing container as far as another one is compared with it. */
export type ComparedContainer = Pick<StoredContainer, 'host' | 'facts' | 'firstSeen'>;

/** Existing containers of a host in one state that have the same controls. */
export interface ControlGroup {
  host: string;
  state: string;
  /** As of `StoredContainer`, without the time of what was measured. */
  controls: readonly Control[] | null;
  /** How many of them there are. */
  containers: number;
}
