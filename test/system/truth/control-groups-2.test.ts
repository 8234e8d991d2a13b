import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assess } from '../../../src/assessment/assess.ts';
import { createSnapshotTaker } from '../../../src/engine/snapshot-taker.ts';
import { attackPaths } from '../../support/attack-paths.ts';
import { patient } from '../../support/patient.ts';
import { openRealEngine, type RealEngine } from '../../support/real-engine.ts';
import { startContainer } from '../../support/run-options.ts';
import { importWaysImage, openWays, waysImage } from './try-ways.ts';

// Control groups of version 2 in a mount: whether a container leaves its own for one in which a disk is open.

const hosts = ['--cgroupns', 'host'];
const own = ['--cgroupns', 'private'];
const tree = ['--volume', '/sys/fs/cgroup:/x'];
const cases: Readonly<Record<string, readonly string[]>> = {
  plain: hosts,
  'in-hosts': [...hosts, ...tree],
  'in-its-own': [...own, ...tree],
  'above-them': [...hosts, '--volume', '/sys:/x'],
  'to-read': [...hosts, '--volume', '/sys/fs/cgroup:/x:ro'],
  'left-writable': [
    ...hosts,
    ...['--mount', 'type=bind,src=/sys,dst=/x,readonly,bind-recursive=writable'],
  ],
  'without-nodes': [...hosts, ...tree, '--cap-drop', 'MKNOD'],
  'some-user': [...hosts, ...tree, '--user', '1000:1000'],
};
const names = Object.keys(cases);
const levels = ['api', 'kernel'] as const;

let engine: RealEngine;
let loop = '';
const owning = new Set<string>();
const found = new Map<string, ReadonlyMap<string, string>>();

/** The surest way of each container; none of one without. */
async function look(evidence: (typeof levels)[number]): Promise<ReadonlyMap<string, string>> {
  const taker = createSnapshotTaker({
    hosts: [{ ...patient, name: 'host', url: engine.url, evidence }],
    clock: Date.now,
  });
  const { paths } = attackPaths(assess(await taker.takeSnapshot('host')));
  const own = paths.toReversed().map((path) => [path.container ?? '', path.certainty] as const);
  return new Map(own);
}

beforeAll(async () => {
  engine = await openRealEngine({ hasGroupsOf2: true, isOnDisk: true });
  importWaysImage(engine);
  const image = join(engine.folder, 'disk.img');
  writeFileSync(image, Buffer.alloc(1 << 20, 'disk'));
  loop = execFileSync('losetup', ['--find', '--show', image], { encoding: 'utf8' }).trim();
  const { rdev } = statSync(loop);
  for (const name of names) {
    const options = ['--network', 'none', ...(cases[name] ?? [])];
    const command = ['busybox', 'sleep', 'infinity'];
    await startContainer(engine.socketPath, name, options, [waysImage, ...command]);
  }
  for (const level of levels) found.set(level, await look(level));
  const ways = openWays(engine, { disk: `${rdev >> 8}:${rdev & 0xff}` });
  const told = engine.docker('inspect', '--format', '{{.Id}} {{.State.Pid}}', ...names).split('\n');
  names.forEach((name, index) => {
    const [id = '', pid = ''] = told[index]?.split(' ') ?? [];
    const { owns } = ways.tryFrom(id, Number(pid), []);
    if (owns.some((how) => how.startsWith('control-group'))) owning.add(name);
  });
  ways.close();
}, 600_000);
afterAll(async () => {
  if (loop !== '') execFileSync('losetup', ['--detach', loop]);
  await engine?.close();
});

const called = (level: string, name: string) => found.get(level)?.get(name) ?? 'none';

it('has containers that open the disk, and others', () => {
  expect([...owning]).toEqual(expect.arrayContaining(['in-hosts', 'above-them', 'left-writable']));
  expect(owning.has('plain')).toBe(false);
});

it.each(levels)('tells at the level %s of who does, and calls no other’s way certain', (level) => {
  const wrong = names.filter((name) =>
    owning.has(name) ? called(level, name) === 'none' : called(level, name) === 'direct',
  );
  expect(wrong).toEqual([]);
});

it('is certain of them at the level kernel', () => {
  expect([...owning].filter((name) => called('kernel', name) !== 'direct')).toEqual([]);
});

it('keeps who has a namespace of its own within it, where these are mounted with nsdelegate', () => {
  const isDelegated = readFileSync('/proc/self/mountinfo', 'utf8').includes('nsdelegate');

  expect(owning.has('in-its-own')).toBe(!isDelegated);
  expect(called('kernel', 'in-its-own')).toBe(isDelegated ? 'conditional' : 'direct');
  expect(called('api', 'in-its-own')).toBe('unproven');
});
