import type { VerdictAuthor } from './verdict.ts';

/** What somebody says of a vulnerability in products, as OpenVEX has it; the worst first. */
export const vexStatuses = ['affected', 'under_investigation', 'fixed', 'not_affected'] as const;
export type VexStatus = (typeof vexStatuses)[number];

/** One thing that a statement speaks of. */
export interface VexProduct {
  /** As its author wrote it, for people. */
  written: string;
  /** A package URL; null for an image as a whole. */
  package: string | null;
  /** A package URL of an image, or a reference as `docker pull` takes it; null for any image. */
  image: string | null;
  /** The release that it is meant for, e.g. `Red Hat:enterprise_linux:9`, where its author says it beside the URL. */
  release: string | null;
  /** The versions that are meant, where the URL has none: one, or a range as VERS writes it. Left out: what the URL says. */
  versions?: string;
  /** Why nothing can be found by it; null where something can. */
  trouble: 'not-understood' | 'part-of-package' | null;
}

/** One statement of a document. Times are ISO 8601. */
export interface VexStatement extends VerdictAuthor {
  /** Names of one vulnerability, each once, as its author wrote them, in upper case. */
  vulnerabilities: string[];
  status: VexStatus;
  /** Id of the document. */
  document: string;
  /** The feed it came with, e.g. `vex/https://example.com/vex/1`. */
  source: string;
  products: VexProduct[];
}

/** What stands before the names of feeds that are documents of statements. */
export const STATEMENTS_OF = 'vex/';

/** True for a feed that is a document of statements, and no list of vulnerabilities. */
export const isOfStatements = ({ source }: { source: string }): boolean =>
  source.startsWith(STATEMENTS_OF);
