/** How Seawall reaches an engine; part of the evidence of some rules. */
export interface EngineEndpoint {
  kind: 'unix' | 'tcp' | 'ssh';
  /** As declared, without credentials, e.g. `unix:///var/run/docker.sock`. */
  url: string;
  /** True for a TCP connection on which both sides proved themselves with verified certificates. */
  isMutualTls: boolean;
  /** Path of the engine's socket on the host, when the address tells it (unix only). */
  socketPath: string | null;
}

export interface ArchiveEntry {
  name: string;
  kind: 'file' | 'symlink' | 'directory' | 'other';
  linkTarget: string | null;
  /** Text of a regular file; empty for everything else. */
  content: string;
}

/**
 * Read-only door to one Docker Engine: there is no POST here, so a collector cannot change a host.
 * Paths come without a version prefix and without a query. Rejects with `OutsideError`.
 */
export interface EngineReader {
  readonly endpoint: EngineEndpoint;
  /** Parsed JSON; for a tar answer (archive) its entries as `ArchiveEntry[]`. */
  get(path: string, query?: Readonly<Record<string, string>>): Promise<unknown>;
  /** Response headers, names in lower case. */
  head(
    path: string,
    query?: Readonly<Record<string, string>>,
  ): Promise<Readonly<Record<string, string>>>;
}

/** An engine call that a collector may make: method and path, `{id}` standing for one segment. */
export type Endpoint = `GET /${string}` | `HEAD /${string}`;

export interface Collector<Id extends string = string, T = unknown> {
  id: Id;
  /** What it reads and why, one sentence for the permissions page. */
  purpose: string;
  reads: readonly Endpoint[];
  /** Rejects when the section as a whole could not be read; the snapshot then marks it unread. */
  collect(engine: EngineReader): Promise<T>;
}

/** Declares a collector: one section of a snapshot, filled by the calls in `reads` and no others. */
export function defineCollector<const Id extends string, T>(
  collector: Collector<Id, T>,
): Collector<Id, T> {
  return collector;
}

/** A subject that the engine listed but whose facts could not be read. */
export interface UnreadSubject {
  id: string;
  name: string;
  reason: string;
}

/** Subjects of one kind: those whose facts were read, and those that exist but were not. */
export interface SubjectList<T> {
  read: T[];
  unread: UnreadSubject[];
}
