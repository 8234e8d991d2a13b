import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const page = 'src/workspace/page/client';

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
    env: { DOCKER_HOST: 'unix:///nowhere/docker.sock' },
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect({ status: demo.status, stderr: demo.stderr }).toEqual({ status: 0, stderr: '' });
});
