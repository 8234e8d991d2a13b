import type { CurrentFinding } from '../../src/findings/result.ts';
import type { Certainty } from '../../src/paths/graph.ts';
import { digest } from '../../src/views/digest.ts';
import {
  type DigestScene,
  findingOf,
  openDigestScene,
  since,
  today,
  yesterday,
} from '../support/digest-scenes.ts';
import { hostPosture } from '../support/scan-records.ts';

// A message says the same, whether everything that is open was read for it or only what it shows.

let scene: DigestScene;

beforeEach(async () => {
  scene = await openDigestScene();
});
afterEach(() => scene.close());

const names = (count: number) =>
  Array.from({ length: count }, (_, index) => `web-${String(index).padStart(2, '0')}`);
const certainties: readonly (Certainty | null)[] = ['direct', 'unproven', 'conditional', null];

/** Findings of many containers; no host has the same as another one. */
const findingsOn = (host: number): CurrentFinding[] =>
  Array.from({ length: 1 + (host % 4) }, (_, index) => [
    findingOf('no-docker-socket-mount', `ci-${index}`, host % 3 === 0 ? 'critical' : 'low'),
    findingOf('memory-limit', `web-${index}`, index % 2 === 0 ? 'medium' : 'high'),
  ]).flat();

async function fill(hosts: readonly string[], certainty: Certainty | null): Promise<void> {
  for (const [index, host] of hosts.entries()) {
    const paths = [{ container: `web-${index % 3}`, certainty }];
    const posture = hostPosture({
      score: 40 + index,
      ...(certainty !== null && index % 5 === 2 ? { paths: paths as never } : {}),
    });
    await scene.scan(host, yesterday, { findings: findingsOn(index), posture });
    const accepted = findingsOn(index)[0];
    if (index % 6 === 0 && accepted) await scene.accept(accepted, host, '2026-12-30T00:00:00.000Z');
    await scene.scan(host, today, {
      findings: findingsOn(index + (index % 7 === 0 ? 1 : 0)),
      posture,
    });
  }
}

test.each(certainties.flatMap((certainty) => [8, 40].map((count) => ({ certainty, count }))))(
  'of $count hosts with ways that are $certainty',
  async ({ certainty, count }) => {
    const hosts = names(count);
    await fill(hosts, certainty);

    for (const before of [null, since]) {
      const whole = await scene.compose(hosts, { since: before });
      const brief = await scene.compose(hosts, { since: before, isBrief: true });

      expect(digest(brief)).toEqual(digest(whole));
      expect(brief.firstScreen).toEqual(whole.firstScreen);
      expect(brief.exposure).toEqual(whole.exposure);
    }
  },
);

test('of a hundred hosts that are alike, the same ones are told of', async () => {
  const hosts = names(100);
  const findings = [
    findingOf('no-mutable-tag', 'web', 'critical', { subjectKind: 'image' }),
    findingOf('no-docker-socket-mount', 'web', 'critical'),
  ];
  // The newest row is of the host that stands first.
  for (const host of hosts.toReversed()) await scene.scan(host, yesterday, { findings });
  for (const host of hosts) await scene.scan(host, today, { findings });

  const whole = await scene.compose(hosts);
  const brief = await scene.compose(hosts, { isBrief: true });

  expect(whole.firstScreen.worst.map(({ host, kind }) => `${host} ${kind}`)).toEqual([
    ...['web-00 container', 'web-00 image'],
  ]);
  expect(whole.firstScreen.worst.every(({ isOnOthers }) => isOnOthers)).toBe(true);
  expect(brief.firstScreen).toEqual(whole.firstScreen);
  expect(digest(brief)).toEqual(digest(whole));
});

test.each(certainties)(
  'of hosts of which most are alike, with ways that are %s, the same lines',
  async (certainty) => {
    const hosts = names(75);
    const path = { container: 'agent', certainty, sentence: '', steps: [], through: [] };
    for (const [index, host] of hosts.entries()) {
      const isOdd = index % 25 === 24;
      const findings = [
        findingOf('no-docker-socket-mount', 'agent', isOdd ? 'high' : 'critical'),
        findingOf('memory-limit', `only-${index}`, 'low', { message: `limit of ${index}` }),
      ];
      const paths = certainty === null || (isOdd && index > 25) ? [] : [path];
      const posture = hostPosture({ paths: paths as never });
      await scene.scan(host, today, { findings, posture });
    }

    const whole = await scene.compose(hosts);
    const brief = await scene.compose(hosts, { isBrief: true });

    expect(whole.firstScreen.worst[0]).toMatchObject({ host: 'web-00', isOnOthers: true });
    expect(brief.firstScreen).toEqual(whole.firstScreen);
    expect(digest(brief)).toEqual(digest(whole));
  },
);
