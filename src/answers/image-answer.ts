import type { KnownExploited } from '../exposure/advisory.ts';
import type { LayerOrigin } from '../exposure/layer-origin.ts';
import type { ReleaseSupport } from '../exposure/release-ends.ts';
import type { ExposureState, VerdictAuthor } from '../exposure/verdict.ts';
import type { FoundComponent } from '../ports/filesystem-store.ts';
import type { StoredImageList } from '../ports/image-list-store.ts';
import type { ContainerOfImage, StoredImage } from '../ports/image-store.ts';
import type { StoredFinding } from '../ports/stored.ts';
import type { Reading } from '../shared/reading.ts';
import type { PackageFacts } from '../snapshot/facts/packages.ts';
import type { AnswerBase, ListPage } from './answer-base.ts';
import type { ExposedPackage, ExposureAnswer } from './exposure-answer.ts';
import type { Count, HostState } from './host-state.ts';

/** A package of an image that a vulnerability concerns. */
export interface VulnerablePackage extends ExposedPackage {
  state: ExposureState;
  fixedIn: string | null;
  /** Why it is unknown, or what the vendor says beside it; null for nothing. */
  reason: string | null;
  /** Whose statement (VEX) the state rests on; null where it rests on records. */
  said: (VerdictAuthor & { document: string; isRepaired: boolean }) | null;
  /** Which layers brought it; left out where no single image was asked for. */
  layer?: Reading<LayerOrigin>;
}

/** One vulnerability of an image, with what is known of its weight; null is not known. */
export interface ImageVulnerability {
  /** The CVE, else the id of its record. */
  id: string;
  state: ExposureState;
  packages: VulnerablePackage[];
  records: { id: string; source: string; modified: string | null }[];
  exploited: KnownExploited | null;
  epss: number | null;
  /** A base score of CVSS 3, and the record that it is from, which may be another one than the distribution’s. */
  cvss: { score: number; vector: string; record: string } | null;
}

/** What feeds have of the packages of an image. */
export interface ImageExposure {
  /** The worst first: exploited ones, then by EPSS, then by CVSS. */
  affected: ImageVulnerability[];
  /** Those of which nobody can say whether the image is affected. */
  unknown: ImageVulnerability[];
  /** Those that records call affected or leave open, and a statement (VEX) clears in all packages. */
  cleared: ImageVulnerability[];
  /** Affected ones that have a fix, are exploited, have a CVSS of 9.0 or more, and have none. */
  fixable: number;
  exploited: number;
  critical: number;
  unscored: number;
  /** What of its contents could not be judged, and why; empty where all that was read could be. */
  gaps: string[];
}

/** The same in numbers, with the worst of it. */
export interface ExposureSummary
  extends Pick<ImageExposure, 'fixable' | 'exploited' | 'critical' | 'unscored' | 'gaps'> {
  affected: number;
  unknown: number;
  cleared: number;
  worst: ImageVulnerability | null;
}

export interface ListedImage extends StoredImage {
  /** What it stands on; unread with the reason. */
  base: Reading<ImageBase>;
  exposure: Reading<ExposureSummary>;
  /** Whether its release gets fixes; null where nothing of it is known. */
  support: ReleaseSupport | null;
}

export interface ImageBase {
  /** `layers`: an image of a host has the lower layers; `label`: the image says so itself. */
  by: 'layers' | 'label';
  name: string;
  digest: string | null;
  /** A host that has the base; null where none has it. */
  host: string | null;
  /** How many layers they share; null where that is not known. */
  layers: number | null;
}

/** What building an image anew on a newer base would do. */
export interface Rebuild {
  name: string;
  host: string;
  createdAt: string;
  /** Of those that the image is affected by now: how many would be gone. */
  fixes: number;
  of: number;
  /** Those that it would bring. */
  brings: number;
}

export interface ImageAnswer extends AnswerBase {
  kind: 'image';
  hosts: HostState[];
  image: ListedImage;
  /** What is said of its packages, one by one. */
  exposure: Reading<ImageExposure>;
  /** Other hosts that have it. */
  elsewhere: string[];
  ran: ContainerOfImage[];
  ranCount: number;
  /** Open findings of rules about it. */
  findings: StoredFinding[];
  packages: Reading<PackageFacts[]>;
  /** What others say is in it. */
  lists: StoredImageList[];
  /** Libraries and programs that no package manager of its system installed. */
  components: Reading<FoundComponent[]>;
  rebuild: Reading<Rebuild>;
  feeds: ExposureAnswer['feeds'];
}

/** The images that have all that was asked for. */
export interface ImagesAnswer extends AnswerBase {
  kind: 'images';
  facets: string[];
  /** As it was typed, e.g. `30d`; null for any age. */
  olderThan: string | null;
  hosts: HostState[];
  images: ListedImage[];
  /** How many there are, or why nobody knows. */
  total: Count;
  page: ListPage | null;
  /** Those of which it is not known whether they belong here, and how many these are on all pages. */
  unverified: StoredImage[];
  unverifiedCount: number;
  feeds: ExposureAnswer['feeds'];
}
