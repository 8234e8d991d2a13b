/** Every failure a user can meet, in one table; `docs/errors.md` is generated from it. */
export const errorCodes = {
  'engine-unreachable': {
    text: 'The engine could not be reached',
    hint: "Check the host's `url` and that the engine is running.",
  },
  'engine-timeout': {
    text: 'The engine did not answer in time',
    hint: 'The engine or the network is overloaded or hung; try again.',
  },
  'engine-cut': {
    text: 'The connection broke in the middle of an answer',
    hint: 'A proxy or the engine closed it; try again.',
  },
  'engine-status': {
    text: 'The engine answered with an error',
    hint: "Look at the engine's own log; behind a socket proxy, allow the listed GET path.",
  },
  'engine-invalid-answer': {
    text: 'The engine answered with something that is not its API',
    hint: 'Check that the url leads to a Docker Engine.',
  },
  'engine-answer-too-large': {
    text: 'The answer was larger than Seawall accepts',
    hint: 'Is the url a Docker Engine? The limit protects Seawall from a lying one.',
  },
  'would-change-host': {
    text: 'Reading this container’s files could change the host',
    hint: 'Set `evidence: files` for the host to have them read all the same; see docs/evidence-levels.md.',
  },
  'edge-gives-no-files': {
    text: 'A host that dials out gives no files of containers',
    hint: 'Where you need them, reach the host over `ssh://`; see docs/edge.md.',
  },
  'foreign-too-costly': {
    text: 'Reading it took more than Seawall spends on anything of this kind',
    hint: 'It may be made to stop Seawall: look at the container or host that it comes from.',
  },
  'engine-is-podman': {
    text: 'The engine is Podman',
    hint: 'See what is known of Podman in docs/other-engines.md.',
  },
  'probe-unusable': {
    text: 'The kernel probe could not be used',
    hint: 'See what the level `kernel` needs in docs/evidence-levels.md.',
  },
  'feed-unreadable': {
    text: 'A feed of advisories could not be read',
    hint: 'Fetch or import it again; what was read of it before stays in use.',
  },
  'slack-failed': {
    text: 'Slack did not take a message',
    hint: 'Seawall tries again; see the log for the reason Slack gave.',
  },
  'store-failed': {
    text: 'The database could not be used',
    hint: 'Check DATABASE_URL; then the disk and the rights on the file, or whether the PostgreSQL server runs and lets the user in.',
  },
} as const;

export type ErrorCode = keyof typeof errorCodes;

/**
 * The outside world failed (an engine, Slack, the disk). Made at an edge; in the core only by
 * `snapshot/foreign.ts`, for an answer that does not have the shape of the engine's API.
 */
export class OutsideError extends Error {
  readonly code: ErrorCode;
  readonly detail: string;
  readonly isRetryable: boolean;
  /** HTTP status of the answer, for `engine-status`. */
  readonly status: number | null;
  /** What to do, where more is known than by the code; empty where the detail says it, null for what the code says. */
  readonly remedy: string | null;

  constructor(
    code: ErrorCode,
    detail: string,
    options: {
      isRetryable?: boolean;
      status?: number;
      remedy?: string | null;
      cause?: unknown;
    } = {},
  ) {
    super(`${errorCodes[code].text}: ${detail}`, { cause: options.cause });
    this.code = code;
    this.detail = detail;
    this.isRetryable = options.isRetryable ?? false;
    this.status = options.status ?? null;
    this.remedy = options.remedy ?? null;
  }
}

/** What to do next, beside the message of a failure; null where that says it. */
export const hintOf = ({ code, remedy }: OutsideError): string | null =>
  (remedy ?? errorCodes[code].hint) || null;

/** Others kept the database to themselves for as long as a person waits; nothing was changed. */
export class DatabaseHeld extends OutsideError {
  /** `how` is what the database said. */
  constructor(waitedMs: number, how: string, cause: unknown) {
    const seconds = waitedMs / 1_000;
    const detail = `others kept it to themselves for ${seconds} seconds (${how}), and nothing was changed`;
    super('store-failed', detail, { isRetryable: true, remedy: 'Try again in a moment.', cause });
  }
}

/** HTTP status an engine answered with, e.g. 404 for a container that has gone; null for all else. */
export const statusOf = (error: unknown): number | null =>
  error instanceof OutsideError ? error.status : null;

/** For a `catch`: what stands in for work that failed outside of Seawall. A bug is thrown on. */
export const onOutside =
  <T>(instead: (error: OutsideError) => T) =>
  (error: unknown): T => {
    if (!(error instanceof OutsideError)) throw error;
    return instead(error);
  };

/** The user asked for something impossible. `hint` says what would work, e.g. a corrected line. */
export class UserError extends Error {
  readonly hint: string | undefined;
  readonly correctedLine: string | undefined;

  constructor(message: string, options: { hint?: string; correctedLine?: string } = {}) {
    super(message);
    this.hint = options.hint;
    this.correctedLine = options.correctedLine;
  }
}
