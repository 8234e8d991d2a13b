import type { Certainty } from '../paths/graph.ts';
import type { Severity, SubjectKind } from '../rules/rule.ts';

/**
 * How sure the worst way to root on a host is; `none`: all ways were looked for and none was found,
 * `unread`: none was found, and not everything could be read; `unknown`: nobody looked yet.
 */
export type Ease = Certainty | 'none' | 'unread' | 'unknown';

/** What one sentence says of a host, or of several. */
export interface HostVerdict {
  ease: Ease;
  /** `web-1 is easy to take over: 3 containers own the host.` */
  sentence: string;
}

/** What is open of one container, image or engine, and what to do about it first. */
export interface WorstSubject {
  host: string;
  kind: SubjectKind;
  /** Stable name, e.g. `ci` or `shop/web`. */
  subject: string;
  /** Of its gravest finding. */
  severity: Severity;
  /** How sure its worst known way to root on the host is; null where none is known. */
  way: Certainty | null;
  /** The two gravest of its findings in words. */
  messages: string[];
  /** A clause: what to change, and where that is known, what it closes. */
  fix: string;
  /** True where other hosts have the like of it; left out where none is known to. */
  isOnOthers?: boolean;
  /** Such as are alike on other hosts, as far as they were looked at. */
  others?: { host: string; subject: string }[];
}

export interface FirstScreen {
  verdict: HostVerdict;
  /** At most three, worst first. */
  worst: WorstSubject[];
}
