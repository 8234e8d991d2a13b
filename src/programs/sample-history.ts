import { scanHosts } from '../answers/scan-hosts.ts';
import { fullAccess } from '../command/access.ts';
import { runLine } from '../command/run-line.ts';
import {
  dailyScanAt,
  firstDay,
  lastDay,
  outages,
  type SampleHost,
  sampleHosts,
  sightings,
  steps,
  timeOf,
  typedLines,
} from '../sample/timeline.ts';
import { answerDocument } from '../views/answer-document.ts';
import { terminalText } from '../views/terminal-text.ts';
import type { Core } from './assemble.ts';
import { storeSighting } from './sample-sighting.ts';

/** Hands the time of the story from one thing that happens to the next. */
export interface StoryClock {
  now: number;
}

interface Event {
  at: number;
  work: () => Promise<void>;
}

/** A scan begins so long after what it is to find. */
const AFTER_MS = 60_000;

/**
 * Lives the story of the sample hosts up to `startedAt` through the real code: scans, verdicts, lines
 * that people typed, and sightings, in a core whose clock is `clock`. Rejects when the story does not
 * fit what the hosts answer.
 */
export async function liveSampleHistory(
  core: Core,
  { clock, startedAt }: { clock: StoryClock; startedAt: number },
): Promise<void> {
  const events = [
    ...scans(core, startedAt),
    ...typedLines.map(({ by, line, ...moment }) => ({
      at: timeOf(moment, startedAt),
      work: () => type(core, by, line),
    })),
    ...sightings.map((sighting) => ({
      at: timeOf(sighting.from, startedAt) + AFTER_MS,
      work: () => storeSighting(core, sighting, startedAt),
    })),
  ];
  for (const { at, work } of events.sort((a, b) => a.at - b.at)) {
    if (at >= startedAt) break;
    clock.now = at;
    await work();
  }
}

/** Every host once a day, and one host after each step and around each outage. */
function scans({ context }: Core, startedAt: number): Event[] {
  const scan = (names: readonly SampleHost[]) => async () => {
    const hosts = context.hosts.filter(({ name }) => names.some((one) => one === name));
    await scanHosts(context, hosts);
  };
  const days = Array.from({ length: lastDay - firstDay + 1 }, (_, index) => firstDay + index);
  const seen = sightings.flatMap(({ host, from, to }) => [from, to].map((at) => ({ host, ...at })));
  const isUnseen = (step: { host: string; day: number; at: string }) =>
    seen.some((one) => one.host === step.host && one.day === step.day && one.at === step.at);
  return [
    ...days.map((day) => ({
      at: timeOf({ day, at: dailyScanAt }, startedAt),
      work: scan(sampleHosts),
    })),
    ...steps
      .filter((step) => step.day >= firstDay && !isUnseen(step))
      .map((step) => ({ at: timeOf(step, startedAt) + AFTER_MS, work: scan([step.host]) })),
    ...outages.flatMap(({ host, from, to }) =>
      [from, to].map((moment) => ({ at: timeOf(moment, startedAt), work: scan([host]) })),
    ),
  ];
}

async function type({ context }: Core, by: string, line: string): Promise<void> {
  const actor = { id: `U0${by.toUpperCase()}00`, name: by, place: 'C0SECURIT' };
  const answer = await runLine(
    { ...context, freshWithinMs: null, actor, onProgress: () => {} },
    { text: line, access: fullAccess, reference: 'sample' },
  );
  if (answer.kind !== 'problem') return;
  throw new Error(`the sample's line “${line}”: ${terminalText(answerDocument(answer))}`);
}
