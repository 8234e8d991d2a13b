import type { OwedMessage } from '../ports/outbox.ts';

/** A row that Slack refused by a word that nobody knows. */
interface Refused {
  /** What it said then: an update that is put again is another message. */
  revision: number;
  /** Of the first refusal, epoch milliseconds. */
  since: number;
  /** Others go first until then, by `performance.now()`: a clock that is set back holds nothing up. */
  until: number;
}

type Verdict = 'aside' | 'channel' | 'over';

/** Which messages wait alone, because nobody knows whether Slack refuses them or their channel. */
export interface SetAside {
  /** Ids of the rows that let others go first. */
  ids(): number[];
  /**
   * What a refusal by an unknown word asks for. `aside`: the next message of the channel may go. `channel`: it was
   * refused as well, so the channel waits. `over`: the message was tried for as long as any is. With the milliseconds
   * since the first refusal of what is set aside.
   */
  refused(owed: OwedMessage, waitMs: number): { verdict: Verdict; waitedMs: number };
  /** Slack took it: what it refuses of the channel is single messages. */
  taken(owed: OwedMessage): void;
  /** It is given up; the next one has a time of its own. */
  givenUp(owed: OwedMessage): void;
}

/** One that is refused beyond these holds its channel up. */
const ASIDE_MAX = 100;

/** Of this process; another finds out by itself. */
export function openSetAside(mostMs: number, now: () => number): SetAside {
  const rows = new Map<number, Refused>();
  /** Channels that took nothing since one of their messages was set aside. */
  const inDoubt = new Set<string>();
  const entryOf = ({ id, revision }: OwedMessage): Refused | undefined => {
    const entry = rows.get(id);
    return entry?.revision === revision ? entry : undefined;
  };

  /** What another process sent meanwhile is never heard of again. */
  function forgetOld(): void {
    for (const [id, { since }] of rows) if (now() - since > 2 * mostMs) rows.delete(id);
  }

  return {
    ids: () => [...rows].flatMap(([id, { until }]) => (until > performance.now() ? [id] : [])),
    refused(owed, waitMs) {
      const { id, channel, revision } = owed;
      forgetOld();
      const known = entryOf(owed);
      if (known === undefined && (inDoubt.has(channel) || rows.size >= ASIDE_MAX)) {
        return { verdict: 'channel', waitedMs: 0 };
      }
      // A clock that was ahead is set right: what it said is no longer waited for.
      const since = Math.min(known?.since ?? now(), now());
      const waitedMs = now() - since;
      if (waitedMs >= mostMs) return { verdict: 'over', waitedMs };
      rows.set(id, { revision, since, until: performance.now() + waitMs });
      inDoubt.add(channel);
      return { verdict: 'aside', waitedMs };
    },
    taken({ id, channel }) {
      rows.delete(id);
      inDoubt.delete(channel);
    },
    givenUp(owed) {
      if (rows.delete(owed.id)) inDoubt.delete(owed.channel);
    },
  };
}
