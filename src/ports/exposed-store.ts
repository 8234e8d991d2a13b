import type { AdvisoryRecord } from '../exposure/advisory.ts';
import type { SeverityRank } from '../exposure/cvss.ts';
import type { VexStatement } from '../exposure/vex-statement.ts';
import type { Decision, DecisionState, DoneBy } from '../findings/acceptance.ts';
import type { OsRelease, PackageFacts, PackageManager } from '../snapshot/facts/packages.ts';
import type { DecisionTerms } from './acceptance-store.ts';
import type { AskedRecords } from './feed-store.ts';
import type { FoundComponent } from './filesystem-store.ts';
import type { Held, Lease } from './lease.ts';
import type { OutboxMessage } from './outbox.ts';

// Which packages of here a vulnerability affects, and who was told of it. Times are epoch milliseconds.

export type AffectedState = 'affected-fix-available' | 'affected-no-fix';

/** What a match rests on: the feeds, and the newest inventory and file system. */
export interface MatchBasis {
  /** The generation of each feed, by which earlier versions tell that it was taken anew. */
  feeds: Readonly<Record<string, number>>;
  /** How often each feed was taken or changed in place. */
  revisions: Readonly<Record<string, number>>;
  inventory: number;
  filesystem: number;
  /** Feeds of advisories that were too old then, in order. */
  stale: readonly string[];
  /** What it did not match, though it was there: each has too many pairs. */
  leftOut: LeftOut;
  /** The same of ordinary ones, for which all together left no room. */
  crowdedOut: LeftOut;
}

/** Keys of inventories and file systems. */
export interface LeftOut {
  inventories: readonly number[];
  filesystems: readonly number[];
}

/** An inventory or a file system, with the keys of its packages, or of its libraries and programs. */
export interface MatchHolder {
  kind: 'inventory' | 'filesystem';
  id: number;
  /** As in `Exposed`. */
  osId: string;
  osVersion: string;
  members: readonly number[];
}

/** What happened to a vulnerability that a channel is told of, once each. */
export const tellEvents = ['known', 'fix', 'exploited'] as const;
export type TellEvent = (typeof tellEvents)[number];

export interface ToldChannel {
  channel: string;
  generation: number;
  /** Key of the newest row of a container. */
  container: number;
  /** Feeds whose news it was told before. */
  sources: string[];
  lookedAt: number;
  /** Messages that stood for several. */
  summaries: number;
}

/** Where things stand. */
export interface ExposedState {
  /** The match that answers; 0 before the first. */
  generation: number;
  /** What it rests on; null before the first. */
  basis: MatchBasis | null;
  matchedAt: number;
  /** What the next would rest on. */
  current: MatchBasis;
  /** Key of the newest row of a container. */
  container: number;
  channels: ToldChannel[];
}

/** That one vulnerability affects one package of one release, or one library or program wherever it is. */
export interface Exposed {
  vulnerability: string;
  /** Null for a library or program. */
  packageId: number | null;
  /** Null for a package of a system. */
  componentId: number | null;
  /** Empty for a library or program, as is its version. */
  osId: string;
  osVersion: string;
  state: AffectedState;
  /** True where a feed clears it that is too old: it counts nowhere until that feed is taken again. */
  isUnknown: boolean;
  /** The first version that is repaired; null where none is known. */
  fixed: string | null;
  isExploited: boolean;
  /** Null where no record says. */
  severity: SeverityRank | null;
  /** Since when it is known to be affected; 0 for what never was. */
  firstSeen: number;
  fixableSince: number | null;
  exploitedSince: number | null;
}

/** The same with the key of its row, which is one of what is known, or of what is unknown. */
export type KeptExposure = Exposed & { id: number };

/** A library or program, wherever it lies, with its key. */
export type MatchedComponent = Omit<FoundComponent, 'places' | 'placeCount'> & { id: number };

/** A package with its key; `builtBy` is empty where it is left out otherwise. There are hundreds of thousands. */
export type PackedPackage = [
  id: number,
  name: string,
  version: string,
  architecture: string,
  sourceName: string,
  sourceVersion: string,
  builtBy: string,
];

/** What is matched, as it is at one moment. */
export interface MatchSource {
  basis: MatchBasis;
  /** Packages of all inventories, each once, with their keys; some thousand at a time. */
  packages(): AsyncGenerator<PackedPackage[]>;
  /** Libraries and programs of all file systems, each once. */
  components(): Promise<MatchedComponent[]>;
  /** All that has some of these packages, libraries and programs, without inventories of no release that feeds may know. */
  holders(): Promise<MatchHolder[]>;
  /** An image that has it, for people. */
  placeOf(holder: Pick<MatchHolder, 'kind' | 'id'>): Promise<string>;
  /** All records that answer, some hundred at a time. */
  records(): AsyncGenerator<AdvisoryRecord[]>;
  /** What documents say. */
  statements(): Promise<VexStatement[]>;
  /** Vulnerabilities that are known to be exploited. */
  exploited(): Promise<Set<string>>;
  /** Records about packages, withdrawn ones too. */
  recordsAbout(asked: AskedRecords): Promise<AdvisoryRecord[]>;
  /** What the match before found, each with the key of its row; what is unknown comes last. */
  before(): Promise<KeptExposure[]>;
}

/** One vulnerability in one package, with the hosts that have it. */
export interface PlacedExposure extends Exposed {
  package: PackageFacts;
  /** What else a program is called by records; empty for all else. */
  alsoNamed: string[];
  /** True where a container of the host is there; false where all of them are gone. */
  hosts: { host: string; isThere: boolean }[];
}

/** An image of running containers, once for each content that they have of it. */
export interface ContainerImage {
  host: string;
  imageId: string;
  /** As one of its containers was started from it. */
  image: string;
  /** Null: nobody knows its packages. */
  inventoryId: number | null;
  inventoryKey: string | null;
  manager: PackageManager | null;
  operatingSystem: OsRelease | null;
  /** Null: its file system was not read whole. */
  filesystemId: number | null;
  /** What the last match says of it: known to be exploited; exploited, or critical with a fix. */
  isExploited: boolean;
  isCritical: boolean;
  /** Those of the same that are unknown, since only a feed clears them that is too old. */
  unclear: string[];
}

/** Which rows are asked for; without any, all of them. */
export interface PlacedAsked {
  hosts: readonly string[];
  /** Containers that were gone before are left out. */
  goneAfter: number;
  /** What only a feed clears that is too old, in the place of what is affected. */
  isUnknown?: boolean;
  /** What is unknown of another package, wherever that is. */
  isAlsoUnknown?: boolean;
  /** Of one vulnerability. */
  vulnerability?: string;
  /** Of packages that are called so, or built from such a source, libraries and programs among them. */
  software?: readonly string[];
  /** Exploited, or at least as severe, or at least as probable to be exploited. */
  worth?: { severity: SeverityRank; probability: number };
  /** New, or with a new fix, since then; or exploited. */
  changedSince?: number;
  /** Leaves out what a channel was told in full. */
  untoldIn?: string;
}

/** The risk of a vulnerability in a package that someone accepted, in these versions of it. */
export interface ExposureAcceptance extends Decision {
  vulnerability: string;
  /** Name of a package, or of what it was built from. */
  package: string;
  versions: string[];
  /** Name of a host, or `*`. */
  scope: string;
}

/** `vulnerability` is what records call it now. */
export interface StoredExposureAcceptance extends ExposureAcceptance {
  /** What it was called when it was accepted; a match may still call it so in some package. */
  acceptedAs: string;
  state: DecisionState;
}

/** What is put under a lease for one channel, all or nothing. */
export interface Telling {
  cursor: ToldChannel;
  told: readonly { vulnerability: string; event: TellEvent; isPost: boolean }[];
  messages: readonly OutboxMessage[];
}

export interface ExposedStore {
  state(): Promise<ExposedState>;
  /** What the match rests on that answers; null before the first. */
  basis(): Promise<MatchBasis | null>;
  /** Null while somebody else matches and tells. */
  claim(lease: Lease): Promise<Held | null>;
  release(held: Held): Promise<void>;
  /** Gives what is matched as it is at one moment. */
  readMatch<T>(work: (source: MatchSource) => Promise<T>): Promise<T>;
  /** Removes what an earlier match left that did not end; gives the generation of the next. */
  begin(held: Held): Promise<number>;
  /** Writes a part of the next match, which does not answer yet. */
  change(
    held: Held,
    part: {
      generation: number;
      at: number;
      opened: readonly Exposed[];
      closed: readonly Pick<KeptExposure, 'id' | 'isUnknown'>[];
    },
  ): Promise<void>;
  /** From now on the next match answers. */
  finish(held: Held, match: { generation: number; basis: MatchBasis; at: number }): Promise<void>;
  listPlaced(asked: PlacedAsked): Promise<PlacedExposure[]>;
  /** What the last match found in images of running containers of these hosts. */
  listContainerImages(hosts: readonly string[]): Promise<ContainerImage[]>;
  /** How many images of running containers of these hosts have something exploited; null before the first match. */
  countExploited(hosts: readonly string[]): Promise<number | null>;
  /** What a channel was told, by vulnerability. */
  listTold(channel: string): Promise<Map<string, TellEvent[]>>;
  /** Messages that a channel got since then. */
  countPosts(channel: string, since: number): Promise<number>;
  /** Owes the messages, and notes that they are owed, in one transaction. */
  tell(held: Held, telling: Telling): Promise<void>;
  /** Accepts for each scope, in the place of an earlier word on the same. */
  accept(
    what: Pick<ExposureAcceptance, 'vulnerability' | 'package' | 'versions'>,
    scopes: readonly string[],
    terms: DecisionTerms,
  ): Promise<StoredExposureAcceptance[]>;
  /** Ends acceptances in force; tells which. Null stands for every package, and for every scope. */
  unaccept(
    what: { vulnerability: string; package: string | null },
    scopes: readonly string[] | null,
    by: DoneBy,
  ): Promise<StoredExposureAcceptance[]>;
  /** Every one that there is, newest first. */
  listAcceptances(): Promise<StoredExposureAcceptance[]>;
  /** Those that were accepted by one of these names, in capitals, newest first, and by no other name. */
  listAcceptedAs(names: readonly string[]): Promise<StoredExposureAcceptance[]>;
}
