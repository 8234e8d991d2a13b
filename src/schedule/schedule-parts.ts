import pLimit, { type LimitFunction } from 'p-limit';
import type { CoreContext } from '../command/command.ts';
import type { ChannelDeclaration } from '../ports/declarations.ts';
import type { DigestStore } from '../ports/digest-store.ts';
import type { Outbox } from '../ports/outbox.ts';
import type { Logger } from '../shared/logger.ts';
import type { RenderDocument } from '../views/slack-messages.ts';

/** Milliseconds of real time, except for the lease, which the database counts. */
export const scheduleTimings = {
  /** How long a run is held without a sign of life. */
  leaseMs: 2 * 60_000,
  /** Least pause between two edits of the parent message. */
  updateEveryMs: 2_000,
  /** A host that has not reported by then is left out, and the digest says so; an engine ends after a minute by itself. */
  hostDeadlineMs: 90_000,
  /** A run that takes longer is given back. */
  runDeadlineMs: 60 * 60_000,
};

export type ScheduleTimings = typeof scheduleTimings;

/** Over all digests of a process. */
export interface ScheduleLimits {
  /** For each host that is read. */
  hostLimit: LimitFunction;
  /** For each digest that is composed. */
  composeLimit: LimitFunction;
}

/** Composing takes three connections of a pool of ten, which whoever asks meanwhile needs as well. */
export const scheduleLimits = (): ScheduleLimits => ({
  hostLimit: pLimit(8),
  composeLimit: pLimit(2),
});

export interface ScheduleParts {
  context: CoreContext;
  digests: DigestStore;
  channels: readonly ChannelDeclaration[];
  outbox: Outbox;
  render: RenderDocument;
  log: Logger;
  /** Name of this process among those that may hold a run; never used twice. */
  owner: string;
  /** How late a digest may be; later than that its day is missed. */
  catchUpMs: number;
  timings: ScheduleTimings;
  /** Aborted when the process stops: what is running is given back. */
  signal: AbortSignal;
}
