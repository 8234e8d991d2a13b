// Runs in a process of its own: a match of everything takes seconds, and Slack is acknowledged meanwhile.
import {
  type ExposureLook,
  lookAtExposure,
  type SeenExposure,
} from '../inspections/look-at-exposure.ts';
import { LeaseLost } from '../ports/lease.ts';
import { serveParent } from '../shared/bare-process.ts';
import { type ErrorCode, OutsideError } from '../shared/errors.ts';
import { openDatabase } from '../store/database.ts';
import { createExposedStore } from '../store/exposed.ts';

export interface ExposureWork {
  databaseUrl: string;
  look: ExposureLook;
}

/** What it answers; a bug ends it with an error. */
export type ExposureReply =
  /** Before the rest: the image that costs the most of what is matched. */
  | { kind: 'heaviest'; place: string }
  | { kind: 'seen'; seen: SeenExposure }
  | { kind: 'outside'; code: ErrorCode; detail: string }
  | { kind: 'lost' };

async function reply({ databaseUrl, look }: ExposureWork): Promise<ExposureReply> {
  const startedAt = performance.now();
  const now = () => look.at + Math.floor(performance.now() - startedAt);
  try {
    const database = await openDatabase(databaseUrl, now, { isChecked: true });
    try {
      const seen = await lookAtExposure(createExposedStore(database, now), look, (place) =>
        say({ kind: 'heaviest', place }),
      );
      return { kind: 'seen', seen };
    } finally {
      await database.close();
    }
  } catch (error) {
    if (error instanceof LeaseLost) return { kind: 'lost' };
    if (!(error instanceof OutsideError)) throw error;
    return { kind: 'outside', code: error.code, detail: error.detail };
  }
}

const say: (reply: ExposureReply) => void = serveParent(async (work: ExposureWork) =>
  say(await reply(work)),
);
