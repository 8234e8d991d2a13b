import type { WebClient } from '@slack/web-api';
import type { GroupLookup } from '../command/access.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../shared/logger.ts';
import { type Reading, read, unread } from '../shared/reading.ts';
import { agoMs } from '../shared/time.ts';
import { within } from '../timers/pause.ts';
import { slackFailure } from './slack-failure.ts';
import type { ChatTimings } from './timings.ts';

/** Members older than this are read again while they are still used. */
const REFRESH_AFTER_MS = 60_000;
/** Members older than this are only used when Slack failed to tell newer ones. */
const FRESH_MS = 5 * 60_000;
/** Members older than this are never used. */
const STALE_MAX_MS = 60 * 60_000;
/** After a failure Slack is left alone for this long. */
const RETRY_AFTER_MS = 30_000;

export interface UserGroups {
  /**
   * Reads what is not fresh. Settles when all groups are known or Slack failed, at the latest after
   * `groupWaitMs`. Never rejects.
   */
  prepare(ids: readonly string[]): Promise<void>;
  lookUp: GroupLookup;
  /** Forgets everything: the workspace is not ours any more. */
  forget(): void;
}

interface Entry {
  members: { value: ReadonlySet<string>; readAt: number } | null;
  failure: { reason: string; at: number } | null;
}

type Client = Pick<WebClient, 'usergroups'>;

/**
 * Who is in the user groups, as Slack told it (`usergroups.users.list`, scope `usergroups:read`), in
 * memory. When Slack fails, what it told within the last hour still holds; then the group is unread.
 */
export function openUserGroups(
  client: Client,
  { now, log, timings }: { now: Clock; log: Logger; timings: ChatTimings },
): UserGroups {
  let entries = new Map<string, Entry>();
  const reading = new Map<string, Promise<void>>();
  let handles: ReadonlyMap<string, string> = new Map();
  let handlesReadAt: number | null = null;

  async function readMembers(id: string): Promise<void> {
    // What arrives after everything was forgotten goes into a map that nobody reads.
    const into = entries;
    try {
      const { users = [] } = await client.usergroups.users.list({ usergroup: id });
      into.set(id, { members: { value: new Set(users), readAt: now() }, failure: null });
    } catch (error) {
      const { reason } = slackFailure(error);
      log.info({ group: id, reason }, 'Slack did not tell who is in a user group');
      const { members = null } = into.get(id) ?? {};
      into.set(id, { members, failure: { reason: inWords(reason), at: now() } });
    }
  }

  /** Only for the words of a refusal: without them the id stands there. */
  async function readHandles(): Promise<void> {
    try {
      const { usergroups = [] } = await client.usergroups.list();
      handles = new Map(
        usergroups.flatMap(({ id, handle }) => (id && handle ? [[id, handle]] : [])),
      );
    } catch (error) {
      log.info(
        { reason: slackFailure(error).reason },
        'Slack did not tell the names of user groups',
      );
    }
  }

  function start(key: string, work: () => Promise<void>): Promise<void> {
    const running = reading.get(key);
    if (running) return running;
    const started = work().finally(() => reading.delete(key));
    reading.set(key, started);
    return started;
  }

  function refresh(id: string): Promise<void> {
    const { members = null, failure = null } = entries.get(id) ?? {};
    const at = now();
    const isTired = failure !== null && agoMs(failure.at, at) < RETRY_AFTER_MS;
    if (isTired || (members !== null && agoMs(members.readAt, at) < REFRESH_AFTER_MS)) {
      return Promise.resolve();
    }
    const started = start(id, () => readMembers(id));
    return members !== null && agoMs(members.readAt, at) < FRESH_MS ? Promise.resolve() : started;
  }

  function membersOf(id: string): Reading<ReadonlySet<string>> {
    const { members = null, failure = null } = entries.get(id) ?? {};
    const ageMs = members === null ? Number.POSITIVE_INFINITY : agoMs(members.readAt, now());
    const isUsable = ageMs < FRESH_MS || (failure !== null && ageMs < STALE_MAX_MS);
    if (members !== null && isUsable) return read(members.value);
    return unread(failure?.reason ?? 'it did not answer in time');
  }

  return {
    async prepare(ids) {
      if (ids.length === 0) return;
      if (handlesReadAt === null || agoMs(handlesReadAt, now()) > STALE_MAX_MS) {
        handlesReadAt = now();
        void start('handles', readHandles);
      }
      await within(timings.groupWaitMs, Promise.all(ids.map(refresh)));
    },
    lookUp: (id) => ({ handle: handles.get(id) ?? null, members: membersOf(id) }),
    forget() {
      entries = new Map();
      handles = new Map();
      handlesReadAt = null;
    },
  };
}

function inWords(reason: string): string {
  if (reason === 'missing_scope') return 'the app lacks the scope usergroups:read';
  if (reason === 'no_such_subteam') return 'it knows no such group';
  return reason;
}
