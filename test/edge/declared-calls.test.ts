import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listApiCalls } from '../../scripts/docs/engine-calls.ts';
import { declaredCalls } from '../../src/edge/declared-calls.ts';
import { mayAnswer } from '../../src/edge/may-answer.ts';
import {
  PIDS,
  type Query,
  queriesOf,
  SECONDS,
  THREAD_ARGUMENTS,
} from '../../src/snapshot/call-queries.ts';

const project = resolve(import.meta.dirname, '../..');

test('what is compiled in is what collectors and watch declare, without archives', () => {
  const declared = listApiCalls().filter((call) => !call.endsWith('/archive'));

  expect([...declaredCalls]).toEqual(declared);
  expect(declaredCalls.filter((call) => !/^(GET|HEAD) /.test(call))).toEqual([]);
});

test('the page for people has the same list', () => {
  const page = readFileSync(join(project, 'docs/edge.md'), 'utf8');
  const [, listed = ''] = /```text\n(GET [\s\S]*?)```/.exec(page) ?? [];

  expect(listed.trim().split('\n')).toEqual([...declaredCalls]);
});

test.each(declaredCalls)('%s is answered, with a version and without', (call) => {
  const [method = '', template = ''] = call.split(' ');
  const path = template.replaceAll('{id}', 'web.1:2@sha256-_a');

  for (const query of queriesOf(call)) {
    const asked = query.since === SECONDS ? PERIOD : ofProcesses(query, '1,4194304');
    expect(mayAnswer({ method, path, query: asked })).toBe(true);
    expect(mayAnswer({ method, path: `/v1.45${path}`, query: asked })).toBe(true);
    expect(mayAnswer({ method, path, query: { ...asked, size: '1' } })).toBe(false);
  }
});

/** With numbers of processes where a query has them. */
const ofProcesses = (query: Query, pids: string): Query =>
  Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, value.replace(PIDS, pids)]),
  );

const PERIOD = { since: '1764000000.000000000', until: '1764000001.123456789' };

test.each([
  // Each measures the disk below every container, or waits a second for each.
  ['/containers/json', { size: '1' }],
  ['/containers/json', { all: '1', size: '1' }],
  ['/images/json', { all: '0', 'shared-size': '1' }],
  ['/images/json', {}],
  ['/containers/web/json', { size: '1' }],
  ['/containers/web/stats', {}],
  ['/containers/web/stats', { stream: '1' }],
  ['/system/df', {}],
  // The environments of processes.
  ['/containers/web/top', { ps_args: 'auxe' }],
  ['/containers/web/top', {}],
  ['/containers/web/top', ofProcesses({ ps_args: THREAD_ARGUMENTS }, '1 -e')],
  ['/containers/web/top', ofProcesses({ ps_args: THREAD_ARGUMENTS }, Array(101).fill(1).join())],
  ['/containers/web/top', ofProcesses({ ps_args: `${THREAD_ARGUMENTS} e` }, '1')],
  ['/events', { since: '0', until: '1' }],
  ['/events', { since: PERIOD.since }],
  ['/events', { ...PERIOD, until: `${PERIOD.until}&x=1` }],
  ['/containers/json', { constructor: '1' }],
])('%s with %j is not what collectors ask', (path, query) => {
  expect(mayAnswer({ method: 'GET', path, query })).toBe(false);
});

test('the program loads its own folder, the tunnel and ws', () => {
  const { output, status, stderr } = spawnSync(
    process.execPath,
    [
      ...['--import', join(project, 'test/support/list-modules.ts')],
      ...[join(project, 'src/edge/main.ts'), '--help'],
    ],
    { stdio: ['ignore', 'pipe', 'pipe', 'pipe'], encoding: 'utf8', env: {} },
  );
  const urls = output[3]?.split('\n').filter((url) => url.startsWith('file:')) ?? [];
  const paths = urls.map((url) => relative(project, fileURLToPath(url)));
  const packages = paths.flatMap((path) => /node_modules\/([^/]+)\//.exec(path)?.[1] ?? []);
  const own = paths.filter((path) => !path.includes('node_modules'));

  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect([...new Set(packages)]).toEqual(['ws']);
  expect(own.filter((path) => !/^src\/(edge|tunnel)\//.test(path)).sort()).toEqual([
    'src/shared/bucket.ts',
    'src/shared/errors.ts',
    'src/shared/fits-template.ts',
    'src/shared/make-folder.ts',
    'src/shared/mount-list.ts',
    'src/shared/prepare-process.ts',
    'src/shared/proxied-options.ts',
    'src/shared/secret-file.ts',
    'src/shared/text.ts',
    'src/timers/back-off.ts',
    'src/timers/pause.ts',
  ]);
});

test('it says the version of the package', () => {
  const { version } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
  const program = readFileSync(join(project, 'src/edge/edge-program.ts'), 'utf8');

  expect(program).toContain(`const VERSION = '${version}';`);
});
