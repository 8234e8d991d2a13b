import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { until } from '../support/until.ts';

const project = resolve(import.meta.dirname, '../..');

/** Runs the planted suites, side by side as a run of many would, or in one process that has to end by itself. */
function runPlanted(how: '--maxWorkers=2' | '--runInBand') {
  const config = {
    rootDir: project,
    // Elsewhere other suites plant files.
    roots: ['<rootDir>/test'],
    testMatch: ['<rootDir>/test/jest/planted-*.ts'],
    extensionsToTreatAsEsm: ['.ts'],
    transform: {},
    runtime: '<rootDir>/test/jest/native-runtime.mjs',
    testEnvironment: '<rootDir>/test/jest/native-environment.mjs',
  };
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const words = ['--config', JSON.stringify(config), how, '--testTimeout=300000'];
  const ended = spawnSync(process.execPath, [...flags, 'node_modules/jest/bin/jest.js', ...words], {
    cwd: project,
    encoding: 'utf8',
    timeout: 500_000,
  });
  return { status: ended.status, printed: ended.stdout + ended.stderr };
}

it('ends by itself: nothing that was opened holds it', () => {
  const { status, printed } = runPlanted('--runInBand');

  expect(printed).toContain('Tests:       2 failed, 1 passed, 3 total');
  expect(status).toBe(1);
});

it('leaves in a failure what engines and workspaces know, and no folder', async () => {
  const { status, printed } = runPlanted('--maxWorkers=2');

  expect(printed).toContain('Tests:       2 failed, 1 passed, 3 total');
  expect(status).toBe(1);
  const told = (title: string) => printed.slice(printed.indexOf(`● ${title}`)).split('\n  ● ');
  const [failure, known] = told('fails with an engine and a workspace');
  expect(failure).toContain('Expected: "that"');
  expect(known).toMatch(/Log of the engine:\s+time=.*msg=/);
  expect(known).toMatch(
    /Last calls to Slack:\n +chat\.postMessage \{.*said right before.*\} → 200 \{"ok":true/,
  );
  const [hook, knownThen] = told('never runs');
  expect(hook).toContain('before all of them');
  expect(knownThen).toMatch(/Log of the engine:\s+time/);
  const [last, knownAtLast] = told('Test suite failed to run');
  expect(last).toContain('after all of them');
  expect(knownAtLast).toMatch(/Log of the engine:\s+time/);
  expect(printed).not.toContain('● says nothing where nothing fails');
  const folders = [...printed.matchAll(/^folder: (.*)$/gm)].map(([, path = '']) => dirname(path));
  expect(folders).toHaveLength(2);
  await until(() => !folders.some((path) => existsSync(path)));
});
