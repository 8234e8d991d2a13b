import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { sparingNode } from '../support/sources.ts';

const page = 'demo/workspace/page/client';

function npm(...words: string[]): string {
  const { status, stdout, stderr } = spawnSync('npm', words, { encoding: 'utf8' });
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

it('holds the files of the page, and serves them from the build', () => {
  npm('run', 'build');
  const [packed] = JSON.parse(npm('pack', '--dry-run', '--json')) as {
    files: { path: string }[];
  }[];
  const held = new Set(packed?.files.map(({ path }) => path));
  const needed = readdirSync(page, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'tsconfig.json')
    .map((entry) => `dist/${join(entry.parentPath, entry.name)}`);

  expect(needed.length).toBeGreaterThan(35);
  expect(needed.filter((path) => !held.has(path))).toEqual([]);
  const demo = spawnSync(process.execPath, ['dist/src/main.js', 'demo', '--once', '--port', '0'], {
    env: { ...sparingNode, DOCKER_HOST: 'unix:///nowhere/docker.sock' },
    encoding: 'utf8',
    timeout: 500_000,
  });
  expect({ status: demo.status, stderr: demo.stderr }).toEqual({ status: 0, stderr: '' });
});

it('reads what containers write in a thread of the build, and ends when nothing is left to read', () => {
  const script = `
    import { createParserPool } from './dist/src/engine/parser-pool.js';
    import { pidListFormat } from './dist/src/snapshot/probe-formats.js';
    const read = await createParserPool().of('host').parse(pidListFormat, '1\\nx\\n22\\n');
    process.stdout.write(JSON.stringify(read));
    const startedAt = performance.now();
    process.on('exit', () => process.stdout.write(' ' + (performance.now() - startedAt < 4000)));
  `;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', script],
    { encoding: 'utf8' },
  );

  expect({ stdout, stderr }).toEqual({ stdout: '[1,22] true', stderr: '' });
});
