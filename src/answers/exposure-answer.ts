import type { ExploitPrediction, KnownExploited } from '../exposure/advisory.ts';
import type { LayerOrigin } from '../exposure/layer-origin.ts';
import type { ExposureState, Verdict } from '../exposure/verdict.ts';
import type { VexStatement, VexStatus } from '../exposure/vex-statement.ts';
import type { ContainerOfImage } from '../ports/image-store.ts';
import type { BlindInterval } from '../ports/past.ts';
import type { Reading } from '../shared/reading.ts';
import type { AnswerBase, ListPage } from './answer-base.ts';
import type { HostState } from './host-state.ts';

export type AskedExposure =
  | { kind: 'vulnerability'; id: string; summary: string }
  | { kind: 'package'; name: string; operator: VersionOperator | null; versions: string[] };

export type VersionOperator = '<' | '<=' | '=' | '>=' | '>';

/** A container while it had the package, once for each time that it had it. Times are ISO. */
export interface ExposedContainer extends ContainerOfImage {
  /** `gone`, or `changed` where it is there with something else now, or its packages could not be read since. */
  state: string;
}

export interface ExposedPackage {
  name: string;
  version: string;
  /** With its release, e.g. `Debian:12`; empty where the image does not tell. */
  ecosystem: string;
  purl: string;
  /** What it was built from. */
  source: string;
  /** Where it lies in the file system; null for a package of the system, which lies in many places. */
  path: string | null;
  /** The first of all places, that one among them. */
  paths: string[];
  /** Whose list names it, e.g. `syft 1.2.0’s file of 2026-11-20`; null for what Seawall read itself. */
  toldBy: string | null;
}

export interface ExposedWindow {
  from: string;
  to: string | null;
}

/** One package of one image on one host, and what is said of it. */
export interface ExposureResult {
  host: string;
  image: string;
  containers: ExposedContainer[];
  /** Null where no package is concerned, or none is known. */
  package: ExposedPackage | null;
  /** Which layers of the image brought the package; unread with the reason, null without a package. */
  layer: Reading<LayerOrigin> | null;
  state: ExposureState;
  /** The first version that is repaired; null where none is known. */
  fixedIn: string | null;
  record: { source: string; id: string; modified: string | null } | null;
  /** From the first container that had it to the last; `to` is null while one has it. */
  window: ExposedWindow;
  /** The times in it when one had it, by their start. */
  windows: ExposedWindow[];
  /** A sentence for what is unknown, or what the vendor says beside it; null for none. */
  reason: string | null;
  verdict: Verdict | null;
  /** Who accepted the risk of it, while that holds; null for nobody. */
  accepted: { by: string; until: string; reason: string } | null;
}

/** One statement about a vulnerability (VEX). */
export interface SaidOfVulnerability
  extends Pick<VexStatement, 'author' | 'at' | 'status' | 'justification' | 'note' | 'document'> {
  /** How many products it names. */
  products: number;
}

/** A feed that was asked. */
export interface ToldFeed {
  source: string;
  asOf: string | null;
  isStale: boolean;
  /** True for some records, where no feed has all of what they are about: what they do not name may be affected all the same. */
  isPart: boolean;
}

/** Containers that are affected, might be, or are not. */
export interface ExposureCounts {
  affected: number;
  /** Of the affected: those whose package has a fix. */
  fixable: number;
  unknown: number;
  total: number;
}

export interface ExposureAnswer extends AnswerBase {
  kind: 'exposure';
  query: string;
  asked: AskedExposure;
  hosts: HostState[];
  /** ISO time that containers which are gone are counted from. */
  since: string;
  running: ExposureCounts;
  /** There, and not running. */
  stopped: ExposureCounts;
  gone: ExposureCounts;
  /** There, by what they had before they changed; each is also counted by what it has now. */
  changed: ExposureCounts;
  known: {
    /** Null: no feed of it knows the vulnerability, which is not "no". */
    exploited: KnownExploited | null;
    epss: ExploitPrediction | null;
    /** The vectors of its records, e.g. `CVSS:3.1/AV:N/…`. */
    cvss: string[];
    /** The highest base score among them, 0 to 10; null where none of them has one. */
    cvssScore: number | null;
  };
  /** Images that are there, whether they have a container or not. */
  images: {
    total: number;
    /** Nothing of them was read. */
    notInventoried: number;
    /** Only packages of their systems were read. */
    systemOnly: number;
    /** Without a container, and affected. */
    affected: number;
  };
  /** Containers that are there and of which “no” is said by what their image held when it was made, and not by what they have installed since. */
  asMade: number;
  /** The worst first. An image without a container has none. */
  results: ExposureResult[];
  unknown: { image: string; hosts: string[]; reason: string }[];
  /** What documents (VEX) say of the vulnerability, whether it is about something here or not. */
  statements: SaidOfVulnerability[];
  feeds: ToldFeed[];
  /** Times since then in which a host could not be read or heard: who came and went is not known. */
  blind: BlindInterval[];
  /** How many such times there are beside these, which were over before. */
  moreBlind: number;
  /** Hosts that nobody watches now: there, too. */
  unwatched: string[];
  /** How many hosts more may be asked here, and the line that asks all; null where all were, or the line named its hosts. */
  beyond: { hosts: number; line: string } | null;
  page: ListPage | null;
}

/** Why a statement (VEX) says nothing here. */
export type UnmatchedReason =
  /** What it speaks of is here, and no feed knows the vulnerability. */
  | 'unknown-vulnerability'
  /** It says fixed, and in no version. */
  | 'fixed-of-all'
  | 'version-differs'
  | 'architecture-differs'
  | 'release-differs'
  | 'release-not-understood'
  /** No inventory has a package of that name. */
  | 'other-package'
  /** The image is here, and its packages are not known. */
  | 'image-not-inventoried'
  | 'no-image'
  /** It names an image by no registry and no digest. */
  | 'image-unclear'
  /** It limits what it says to a part of something that nobody tells apart here. */
  | 'part-of-package'
  /** No package URL and no image. */
  | 'not-understood';

/** Statements that have an effect here, and those that have none. */
export interface UnmatchedStatements {
  total: number;
  /** Of these the first were looked for. */
  looked: number;
  matched: number;
  /** Their author said something newer of the same. */
  superseded: number;
  unmatched: number;
  reasons: Partial<Record<UnmatchedReason, number>>;
  /** The first of those that matched nothing. */
  shown: {
    vulnerability: string;
    status: VexStatus;
    /** The first product, as it was written, and how many there are. */
    product: string;
    products: number;
    author: string;
    at: string;
    document: string;
    reason: UnmatchedReason;
  }[];
}
