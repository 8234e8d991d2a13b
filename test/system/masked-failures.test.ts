import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openEngine } from '../../src/engine/open-engine.ts';
import { OutsideError } from '../../src/shared/errors.ts';
import { askEngine, baseImage, type RealEngine } from '../support/real-engine.ts';
import { runHere } from '../support/run-seawall.ts';
import { openSeawall } from '../support/seawall.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { workerEngine } from '../support/worker-engine.ts';

// The engine itself hides `password=` where a volume of type cifs or nfs cannot be mounted, and no other name of it.
const canary = `canary${randomBytes(8).toString('hex')}`;
const kinds = {
  cifs: ['type=cifs', 'device=//127.0.0.1/share', `o=addr=127.0.0.1,username=u,pass=${canary}`],
  nfs: ['type=nfs', 'device=:/share', `o=addr=127.0.0.1,pass=${canary},vers=9`],
  unknown: ['type=nothing', `device=//user:${canary}@nas/share`, `o=secret=${canary}`],
};
const archiveOf = (name: string) => `/containers/${name}/archive?path=%2Fetc%2Fpasswd`;

const cwd = makeTemporaryFolder();
let engine: RealEngine;

beforeAll(async () => {
  engine = await workerEngine();
  engine.importBaseImage();
  for (const [name, options] of Object.entries(kinds)) {
    const words = options.flatMap((option) => ['--opt', option]);
    engine.docker('volume', 'create', ...words, name);
    // Otherwise it would be mounted, and fail, as the container is created.
    const volume = `type=volume,source=${name},destination=/data,volume-nocopy`;
    // Its user has a name, which only its own files tell.
    engine.docker('create', '--name', name, '--user', 'www', '--mount', volume, baseImage, 'true');
  }
});
afterAll(() => engine?.close());

it.each(Object.keys(kinds))(
  'an engine does tell the secret of a volume that fails: %s',
  async (name) => {
    await expect(askEngine(engine.socketPath, 'GET', archiveOf(name))).rejects.toThrow(canary);
  },
);

it.each(Object.keys(kinds))('no error has it, and it says what happened: %s', async (name) => {
  const { get, close } = openEngine({
    url: engine.url,
    allowedEndpoints: ['GET /containers/{id}/archive'],
  });
  try {
    const failure: unknown = await get(`/containers/${name}/archive`, {
      path: '/etc/passwd',
    }).catch((error) => error);

    expect(failure).toBeInstanceOf(OutsideError);
    const { message, stack } = failure as OutsideError;
    expect(message).toContain('failed to mount local volume');
    // What it is long enough for.
    expect(message).toMatch(/\[hid/);
    expect(`${message}${stack}${JSON.stringify(failure)}`).not.toContain(canary);
  } finally {
    close();
  }
});

/** What stands before the secret wherever it is. */
const placesIn = (text: string) =>
  text
    .split(canary)
    .slice(0, -1)
    .map((before) => before.slice(-200));
/** The log first: what moves from it into the file meanwhile is read there. */
const readDatabase = (path: string) =>
  ['-wal', '']
    .map((ending) => path + ending)
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, 'latin1'))
    .join('');

// At `files` such calls are made whatever state a container is in.
it('it is in no message, log, outbox or row', async () => {
  const hosts = [{ name: 'zoo', url: engine.url, evidence: 'files' as const }];
  const { workspace, databasePath, logLines, answers, close } = await openSeawall({
    hosts,
    mode: 'http',
  });
  try {
    const lines = [
      'scan',
      'findings',
      'status',
      'containers',
      ...Object.keys(kinds).map((name) => `inspect ${name}`),
    ];
    for (const [index, text] of lines.entries()) {
      await workspace.sendCommand({ text });
      await until(() => answers.length > index);
    }
    const everything = {
      answers: JSON.stringify(answers),
      calls: JSON.stringify(workspace.calls),
      database: readDatabase(databasePath),
      log: logLines.join(''),
    };

    // The failing calls were made, and their failure is kept.
    expect(everything.database.includes('failed to mount local volume')).toBe(true);
    expect(Object.values(everything).flatMap(placesIn)).toEqual([]);
  } finally {
    await close();
  }
});

it('it is in no output of the terminal', async () => {
  const environment = { DOCKER_HOST: engine.url, LOG_LEVEL: 'trace' };
  const print = async (line: string) => {
    const { stdout, stderr } = await runHere(line.split(' '), { cwd, environment });
    return stdout + stderr;
  };
  const scan = await print('scan --json');
  const printed = [
    scan,
    ...(await Promise.all(['status', 'export json', 'inspect cifs'].map(print))),
  ];
  const told = `${printed.join('')}${readDatabase(join(cwd, 'data', 'seawall.db'))}`;
  expect(told.includes('cifs')).toBe(true);
  expect(placesIn(told)).toEqual([]);
});
