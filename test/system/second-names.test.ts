import { execFileSync } from 'node:child_process';
import { copyFileSync, linkSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { assess } from '../../src/assessment/assess.ts';
import { evaluateRule } from '../../src/findings/evaluate.ts';
import { noSensitiveMount } from '../../src/rules/catalogue/no-sensitive-mount.ts';
import { attackPaths } from '../support/attack-paths.ts';
import { openRealEngine, type RealEngine } from '../support/real-engine.ts';
import { startSleeper } from '../support/run-options.ts';
import { lookAtHost } from './look-at-host.ts';

// A file that root believes, and a second name of it in what a container mounts.

/** Files of the engine's own stand in these places: those of the machine have second names for nobody. */
const OWN = ['/etc/passwd', '/etc/shadow'] as const;
const CONTAINERS = { writes: 'folder:/x', volume: 'some:/x', reads: 'folder:/x:ro' };
let engine: RealEngine;
const at = (name: string) => join(engine.folder, name);

beforeAll(async () => {
  engine = await openRealEngine({ isOnDisk: true });
  engine.importBaseImage();
  mkdirSync(at('folder'));
  const namespace = `--mount=${engine.root().replace(/root$/, 'ns/mnt')}`;
  for (const path of OWN) {
    const own = at(path.slice('/etc/'.length));
    copyFileSync(path, own);
    execFileSync('nsenter', [namespace, 'mount', '--bind', own, path]);
  }
  for (const [name, volume] of Object.entries(CONTAINERS)) {
    await startSleeper(engine, name, '--volume', volume.replace('folder', at('folder')));
  }
});
afterAll(() => engine.close());

/** Of each container, the rule's word on it. */
async function verdicts(level: 'api' | 'kernel'): Promise<Record<string, string>> {
  const { snapshot } = await lookAtHost(engine.url, level);
  const assessment = assess(snapshot);
  const hidden = Object.keys(CONTAINERS).filter((name) =>
    attackPaths(assessment).paths.some(({ container }) => container === name),
  );
  expect(hidden).toEqual([]);
  const results = evaluateRule(noSensitiveMount, assessment);
  return Object.fromEntries(
    results.map(({ subject, verdict, reason }) => [subject.name, reason ?? verdict]),
  );
}

/** Files of root that a container has under this path, by what the kernel knows them by. */
const isSame = (container: string, path: string, file: string): boolean => {
  const pid = engine.docker('inspect', '--format', '{{.State.Pid}}', container);
  const inside = statSync(`${engine.root()}/proc/${pid}/root${path}`);
  const outside = statSync(`${engine.root()}${file}`);
  return inside.dev === outside.dev && inside.ino === outside.ino;
};

it('passes folders and volumes while no file that root believes has a second name', async () => {
  for (const path of OWN) expect(statSync(`${engine.root()}${path}`).nlink).toBe(1);

  expect(await verdicts('kernel')).toMatchObject({ writes: 'pass', volume: 'pass', reads: 'pass' });
});

it('does not pass at the level kernel what may hold a file of root by a second name', async () => {
  linkSync(at('passwd'), at('folder/innocent'));
  linkSync(at('passwd'), at('data/volumes/some/_data/innocent'));
  expect(isSame('writes', '/x/innocent', '/etc/passwd')).toBe(true);
  expect(isSame('volume', '/x/innocent', '/etc/passwd')).toBe(true);

  const found = await verdicts('kernel');

  expect(found.writes).toContain('another name of /etc/passwd');
  expect(found.volume).toContain('another name of /etc/passwd');
  // Everybody may read it.
  expect(found.reads).toBe('pass');
});

it('does not pass a read-only folder that may hold a secret of root by a second name', async () => {
  linkSync(at('shadow'), at('folder/other'));
  expect(isSame('reads', '/x/other', '/etc/shadow')).toBe(true);

  expect((await verdicts('kernel')).reads).toContain('another name of /etc/shadow');
});
