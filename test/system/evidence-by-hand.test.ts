import { spawnSync } from 'node:child_process';
import type { RuleResult } from '../../src/findings/result.ts';
import { evidenceCommand } from '../../src/inspections/evidence-commands.ts';
import type { RealEngine } from '../support/real-engine.ts';
import { startSleeper } from '../support/run-options.ts';
import { runHere } from '../support/run-seawall.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { workerEngine } from '../support/worker-engine.ts';
import { guarded } from './guards.ts';

const cwd = makeTemporaryFolder();
let engine: RealEngine;
/** Each fact that was given for a verdict of the engine, with what its command printed there. */
let shown: { path: string; value: unknown; command: string; status: number | null; told: string }[];

beforeAll(async () => {
  engine = await workerEngine();
  engine.importBaseImage();
  await startSleeper(engine, 'hardened', ...guarded('--memory', '64m', '--pids-limit', '50'));
  const bare = ['--privileged', '--pid', 'host', '--restart', 'always', '--volume', '/:/host'];
  await startSleeper(engine, 'bare', ...bare, '--env', 'DB_PASSWORD=hunter2hunter2');
  engine.docker('exec', '--detach', '--privileged', '--user', '1000', 'hardened', 'sleep', '900');
  const environment = { DOCKER_HOST: engine.url };
  const { stdout } = await runHere(['scan', '--json'], { cwd, environment });
  const { results } = JSON.parse(stdout) as { results: RuleResult[] };
  const commands = results.flatMap(({ subject, evidence }) => {
    const subjects = 'name' in subject ? [subject.name] : [];
    return evidence.flatMap((fact) => {
      const command = evidenceCommand(fact, { subjectKind: subject.kind, subjects });
      return command === null ? [] : [{ ...fact, command }];
    });
  });
  const run = new Map(commands.map(({ command }) => [command, byHand(command)]));
  shown = commands.map((one) => ({ ...one, ...(run.get(one.command) ?? byHand(one.command)) }));
});
afterAll(() => engine?.close());

/** As root at the host of the engine, which has its own processes and mounts, where nothing asks who may be root. */
function byHand(command: string) {
  const host = engine.root().replace(/root$/, 'ns');
  const { status, stdout, stderr } = spawnSync(
    'nsenter',
    [
      `--mount=${host}/mnt`,
      `--pid=${host}/pid`,
      'sh',
      '-c',
      command.replace(/(^|&& )sudo /g, '$1'),
    ],
    {
      encoding: 'utf8',
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', DOCKER_HOST: engine.url },
    },
  );
  return { status, told: `${stdout}${stderr}`.trim() };
}

it('gives no command that fails on the host', () => {
  expect(shown.filter(({ status }) => status !== 0)).toEqual([]);
  expect(shown.length).toBeGreaterThan(50);
});

it('shows the value itself where the engine tells it in the words of its own', () => {
  const plain = shown.filter(
    ({ path, value }) => /^HostConfig\.[A-Za-z]+$/.test(path) && !Array.isArray(value),
  );

  expect(plain.map(({ path, told }) => `${path} = ${told}`)).toEqual(
    plain.map(({ path, value }) => `${path} = ${JSON.stringify(value)}`),
  );
  expect(plain.length).toBeGreaterThan(10);
  expect(shown.map(({ told }) => told).join()).toContain('hunter2hunter2');
});

it('shows what is in force, and who runs what in a container', () => {
  const toldOf = (name: string) =>
    shown.filter(({ path }) => path === name).map(({ told }) => told);

  expect(toldOf('pids-limit (effective)')).toContainEqual(expect.stringMatching(/pids\.max:50$/m));
  expect(toldOf('ProcessConfig.user')).toContainEqual(expect.stringMatching(/ 1000 +sleep 900$/m));
  // The bounds of the privileged exec are wider than those of the main process beside it.
  const [told = ''] = toldOf('ProcessConfig.privileged');
  const [pid] = /^\d+(?= +sleep 900$)/m.exec(told) ?? [];
  const bounds = new Map(
    [...told.matchAll(/^\/proc\/(\d+)\/status:CapBnd:\s+(\w+)$/gm)].map(([, of, bits = '']) => [
      of,
      BigInt(`0x${bits}`),
    ]),
  );
  const others = [...bounds].filter(([of]) => of !== pid);
  expect(others).not.toEqual([]);
  for (const [, bits] of others) expect(bounds.get(pid)).toBeGreaterThan(bits);
});
