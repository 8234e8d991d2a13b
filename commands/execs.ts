import { askedContainer, askedPeriod } from '../src/command/asked-container.ts';
import { defineCommand } from '../src/command/command.ts';
import { blindWithin, notWatched } from '../src/inspections/describe-past.ts';
import { hostStates } from '../src/inspections/host-states.ts';
import { execSessions } from '../src/inspections/told-of-container.ts';
import { quoteWord } from '../src/shared/text.ts';
import { DAY_MS, isoTime } from '../src/shared/time.ts';
import type { ExecsAnswer } from '../src/views/execs.ts';

/** How far back a line looks that names no time. */
const SINCE_MS = 7 * DAY_MS;
/** Beginnings and ends that are looked through. */
const EVENTS_MAX = 2_000;

export const execs = defineCommand({
  name: 'execs',
  task: 'ask',
  topic: 'past',
  summary: 'List commands that were started in containers, with their power and end',
  usage: 'execs [container] [since <1d|2026-11-20>] [on <host>|<label>|all]',
  examples: ['execs', 'execs redis', 'execs since 1d on web-1'],
  permission: 'view',
  words: { minimum: 0, maximum: 1 },
  takesHost: true,
  takesSince: true,
  takesRetiredHost: true,
  async run(context, request): Promise<ExecsAnswer> {
    const { store, watches } = context;
    const now = context.now();
    const one = request.words.length > 0 ? await askedContainer(context, request, 'execs') : null;
    const asked = one === null ? request.hosts : [one.declared];
    const hosts = asked.map(({ name }) => name);
    const { from: since } = askedPeriod(request, now) ?? { from: now - SINCE_MS };
    const events = await watches.listEvents({
      ...{ hosts, since, kinds: ['exec', 'exec-ended'], limit: EVENTS_MAX },
      ...(one !== null && { containerId: one.container.facts.id }),
    });
    const seen = [...new Set(events.map(({ host }) => host))];
    const known = await store.listNames({ hosts: seen, includeGone: true });
    const { name = null, id = null } = one?.container.facts ?? {};
    return {
      kind: 'execs',
      takenAt: isoTime(now),
      hosts: await hostStates(asked, store),
      container: name === null || id === null ? null : { name, id },
      since: isoTime(since),
      execs: execSessions(events, known),
      isCut: events.length === EVENTS_MAX,
      unwatched: await notWatched(context, hosts),
      blind: await blindWithin(context, hosts, { from: since, to: now }),
      next: name === null ? ['explain no-privileged-exec'] : [`inspect ${quoteWord(name)}`],
    };
  },
});
