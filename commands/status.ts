import { type CommandContext, defineCommand } from '../src/command/command.ts';
import { nextDigests } from '../src/inspections/digest-schedules.ts';
import { driftOn } from '../src/inspections/drift.ts';
import { edgeRemarks } from '../src/inspections/edge-remarks.ts';
import { hostStates } from '../src/inspections/host-states.ts';
import { processState } from '../src/inspections/process-state.ts';
import { selfOn } from '../src/inspections/self-among.ts';
import { isoTime } from '../src/shared/time.ts';

const BLIND_MS = 30 * 86_400_000;

export const status = defineCommand({
  name: 'status',
  task: 'ask',
  topic: 'seawall',
  summary: 'Show how well Seawall can see: reachable hosts, age of data, coverage',
  usage: 'status',
  examples: ['status'],
  permission: 'view',
  words: { minimum: 0, maximum: 0 },
  takesHost: false,
  async run(context, { isLimited }) {
    const { version, hosts, store, baselines, digests, watches, channels, slack, turns, now } =
      context;
    // A channel that is limited hears of no other.
    const onlyChannel = isLimited ? context.actor.place : null;
    const names = hosts.map(({ name }) => name);
    const watched = await watches.listWatches(names);
    const blind = await store.listBlindIntervals({ hosts: names, since: now() - BLIND_MS });
    return {
      kind: 'status',
      takenAt: isoTime(now()),
      version,
      slack: await slack.findLoss(),
      undelivered: await undeliveredIn(context, onlyChannel),
      hosts: await hostStates(hosts, store),
      watches: watched,
      blind,
      work: await processState(context, { watches: watched, blind, now: now() }),
      edges: edgeRemarks(await context.edges.listEdges(), { names, now: now() }),
      ownScans: await turns.listEnded(names),
      digestsOf: onlyChannel,
      digests: await nextDigests({ digests, channels, now }, onlyChannel),
      drifted: await driftOn({ store, baselines }, names),
      self: await selfOn(context, names),
      size: await context.size.measure(),
      next: ['scan on all', 'findings on all'],
    };
  },
});

/** Nobody gets digests and alerts in a direct message. */
async function undeliveredIn({ outbox }: CommandContext, onlyChannel: string | null) {
  const { deadChannels } = await outbox.backlog();
  return deadChannels
    .filter(({ channel }) => !channel.startsWith('D') && (onlyChannel ?? channel) === channel)
    .map(({ since, ...what }) => ({ ...what, since: isoTime(since) }));
}
