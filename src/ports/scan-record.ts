import type { Control } from '../controls/control.ts';
import type { Isolation } from '../controls/isolation.ts';
import type { ImageDeclaration } from '../drift/image-declaration.ts';
import type { Coverage, CurrentFinding, Undecided } from '../findings/result.ts';
import type { ReachFacts } from '../paths/reach-facts.ts';
import type { HostPosture } from '../posture/assess-host.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { ImageSetUid } from '../snapshot/facts/set-uid.ts';
import type { SectionId } from '../snapshot/snapshot.ts';
import type { ContainerSurface } from '../surface/container-surface.ts';
import type { ImageList } from './image-store.ts';

/** One container as a scan saw it, with the facets its results gave it. */
export interface ObservedContainer {
  facts: ContainerFacts;
  facets: string[];
  /** Facets that could not be judged, because their rule said `unknown`. */
  unverifiedFacets: string[];
  /** Null when they were not looked at. */
  controls: readonly Control[] | null;
  isolation: Isolation | null;
  surface: ContainerSurface | null;
  /** Null when it was not read. */
  imageDeclares: ImageDeclaration | null;
}

export interface UnreadSection {
  section: SectionId;
  reason: string;
}

/** A whole scan, stored in one transaction or not at all. Times are ISO. */
export interface ScanRecord {
  id: string;
  host: string;
  startedAt: string;
  finishedAt: string;
  /** Null when the engine section was unread. */
  engine: {
    id: string;
    version: string;
    apiVersion: string;
    /** What containers are given unless they say otherwise, sorted: `seccomp=builtin`, `apparmor` …. */
    defaults?: string[];
    /** Milliseconds by which its clock was ahead of ours, negative where behind; null or left out where it told no time. */
    clockAheadMs?: number | null;
  } | null;
  coverage: Coverage;
  unreadSections: UnreadSection[];
  findings: CurrentFinding[];
  undecided: Undecided[];
  /** Null when the list of containers was unread: what was known stays as it was. */
  containers: ObservedContainer[] | null;
  /** Containers that exist but whose facts were unread: they are not gone. */
  unreadContainerIds: string[];
  /** Null when no image was looked into: what was known stays as it was. */
  images: ImageSetUid[] | null;
  /** Null when the list of images was unread: what was known stays as it was. */
  imageList: ImageList | null;
  posture: HostPosture;
  /** Null when the host could not be read: what was known stays as it was. */
  reach: ReachFacts | null;
}
