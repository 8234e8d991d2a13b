import { existsSync } from 'node:fs';
import type { HostSettings } from '../config/load-settings.ts';
import { createEnginePower } from '../engine/engine-power.ts';
import { openEngine } from '../engine/open-engine.ts';
import { findProbeProgram } from '../engine/probe-program.ts';
import { collectorEndpoints } from '../engine/snapshot-taker.ts';
import { TOLD_MS } from '../shared/clock-difference.ts';
import { OutsideError } from '../shared/errors.ts';
import { counted, duration, listed } from '../shared/text.ts';
import { DEFAULT_ENGINE } from '../shared/usual-sockets.ts';
import { ALL_CONTAINERS } from '../snapshot/call-queries.ts';
import { field, foreign, text } from '../snapshot/foreign.ts';
import { type Check, type Found, reasonOf } from './checks.ts';

/**
 * What is tried of a host: that it answers, lets through what its level needs, and has the same time. Where
 * it does not answer, the rest is unknown, which is told once. `others` are paths of sockets that may be meant instead of the usual one.
 */
export function engineChecks(host: HostSettings, others: readonly string[]): Check[] {
  let isAway = false;
  const named = (what: string) => `${what} ${host.name}`;
  const unlessAway = (run: () => Promise<string>) => async (): Promise<Found> =>
    isAway ? { unknown: 'not checked: the engine does not answer', isTold: true } : run();
  return [
    {
      name: named('engine'),
      async run() {
        try {
          return await tryReading(host, () => {
            isAway = true;
          });
        } catch (error) {
          isAway ||= isSilent(error);
          const reason = reasonOf(error);
          const place = reason.includes(host.url) ? '' : `${host.url}: `;
          const told = [
            `${place}${reason}`.replace(/\.$/, ''),
            ...(isAway ? ['So its evidence and clock are unknown'] : []),
            ...elsewhere(host, others),
          ];
          throw new Error(told.join('. '), { cause: error });
        }
      },
    },
    { name: named('evidence'), run: unlessAway(() => tryEvidence(host)) },
    { name: named('clock'), run: unlessAway(() => compareClocks(host)) },
  ];
}

/** Where the engine may be that is meant, in a sentence; empty where none is known. */
function elsewhere({ url }: HostSettings, others: readonly string[]): string[] {
  const found = url === DEFAULT_ENGINE ? others.find((path) => existsSync(path)) : undefined;
  return found === undefined
    ? []
    : [`There is a socket at ${found}: set DOCKER_HOST=unix://${found}`];
}

const isSilent = (error: unknown): boolean =>
  error instanceof OutsideError && error.status === null;

/** `onAway` hears that not even its version is told, on which all else depends. */
async function tryReading(host: HostSettings, onAway: () => void): Promise<string> {
  return withEngine(host, async (engine) => {
    const version = await engine.apiVersion().catch((error: unknown) => {
      onAway();
      throw error;
    });
    await engine.get('/containers/json', ALL_CONTAINERS);
    return `${host.url} answers, API ${version}`;
  });
}

/** Tries every call of the level with what can change nothing. */
async function tryEvidence(host: HostSettings): Promise<string> {
  const { evidence } = host;
  const found = await createEnginePower({ hosts: [host] }).tryEngine(host.name);
  if (found.problem !== null) throw new Error(`${evidence} could not be tried: ${found.problem}`);
  const needed = [...found.needed, ...(found.writes ?? [])];
  const refused = needed.filter(({ outcome }) => outcome === 'refused').map(({ call }) => call);
  if (refused.length > 0) {
    throw new Error(
      `${evidence} needs ${listed(refused)}, which ${refused.length === 1 ? 'is' : 'are'} refused`,
    );
  }
  if (evidence === 'kernel') await findProbeProgram(await readArchitecture(host), host.busybox);
  const unclear = needed.filter(({ outcome }) => outcome === 'unclear').map(({ call }) => call);
  const unknown = unclear.length === 0 ? '' : `; unknown of ${listed(unclear)}`;
  return `${evidence}: ${counted(found.needed.length, 'reading call')} tried, none refused${unknown}`;
}

async function compareClocks(host: HostSettings): Promise<string> {
  return withEngine(host, async (engine) => {
    const askedAt = Date.now();
    const info = foreign('GET /info', await engine.get('/info'));
    const theirs = Date.parse(text(field(info, 'SystemTime')));
    // It was read somewhere between question and answer.
    const apart = Math.max(0, askedAt - theirs, theirs - Date.now());
    if (apart > TOLD_MS) {
      throw new Error(
        `it differs from ours by ${duration(apart)}: times of its containers would be wrong. Set both clocks by NTP`,
      );
    }
    return 'the same as ours, within a minute';
  });
}

const readArchitecture = async (host: HostSettings): Promise<string> =>
  withEngine(host, async (engine) =>
    text(field(foreign('GET /version', await engine.get('/version')), 'Arch')),
  );

async function withEngine<T>(
  { url, tls }: HostSettings,
  work: (engine: ReturnType<typeof openEngine>) => Promise<T>,
): Promise<T> {
  const engine = openEngine({ url, tls, allowedEndpoints: collectorEndpoints });
  try {
    return await work(engine);
  } finally {
    engine.close();
  }
}
