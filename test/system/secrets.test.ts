import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { untilRuns } from '../support/commands-in.ts';
import { baseImage, type RealEngine } from '../support/real-engine.ts';
import { runHere } from '../support/run-seawall.ts';
import { openSeawall } from '../support/seawall.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { workerEngine } from '../support/worker-engine.ts';

/** One secret per place, so that a leak says where it began. */
const secretOf = (place: string) => `${place}-${randomBytes(12).toString('hex')}`;
const planted = {
  variable: secretOf('variable'),
  innocentVariable: secretOf('innocent'),
  url: secretOf('url'),
  label: secretOf('label'),
  composeHash: secretOf('composehash'),
  argument: secretOf('argument'),
  healthCommand: secretOf('health'),
  imageVariable: secretOf('imagevariable'),
  imageLabel: secretOf('imagelabel'),
  imageCommand: secretOf('imagecommand'),
  buildStep: secretOf('buildstep'),
  volumeLabel: secretOf('volume'),
  networkLabel: secretOf('network'),
};

const cwd = makeTemporaryFolder();
let engine: RealEngine;

beforeAll(async () => {
  engine = await workerEngine();
  engine.importBaseImage();
  engine.build(
    'leaky:1.0',
    `FROM ${baseImage}
ENV API_TOKEN=${planted.imageVariable}
LABEL token=${planted.imageLabel}
RUN echo ${planted.buildStep}
CMD ["echo", "${planted.imageCommand}"]
`,
  );
  engine.docker('network', 'create', '--label', `token=${planted.networkLabel}`, 'lan');
  engine.docker('volume', 'create', '--label', `token=${planted.volumeLabel}`, 'data');
  engine.docker(
    ...['run', '--detach', '--name', 'leaky', '--network', 'lan', '--volume', 'data:/data'],
    ...['--env', `DB_PASSWORD=${planted.variable}`, '--env', `COLOUR=${planted.innocentVariable}`],
    ...['--env', `DATABASE_URL=postgres://app:${planted.url}@db.example/app`],
    ...['--label', `com.docker.compose.config-hash=${planted.composeHash}`],
    ...['--label', `token=${planted.label}`, '--health-cmd', `echo ${planted.healthCommand}`],
    // The shell stays, so that the list of processes has the argument as well.
    ...['leaky:1.0', 'sh', '-c', `sleep 1000; echo ${planted.argument}`],
  );
  engine.docker('create', '--name', 'leaky-image', 'leaky:1.0');
  await untilRuns(engine.root(), `sh -c sleep 1000; echo ${planted.argument}`, 'sleep 1000');
});
afterAll(() => engine?.close());

/** The places whose secret is in the text. */
const leaksIn = (text: string) =>
  Object.entries(planted)
    .filter(([, secret]) => text.includes(secret))
    .map(([place]) => place);

function readDatabase(path: string): string {
  return ['-wal', '']
    .map((suffix) => `${path}${suffix}`)
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, 'latin1'))
    .join('');
}

it('plants secrets that the engine does tell whoever asks', () => {
  const told = [
    engine.docker('inspect', 'leaky', 'leaky-image', 'leaky:1.0', 'data', 'lan'),
    engine.docker('history', '--no-trunc', 'leaky:1.0'),
    engine.docker('top', 'leaky'),
  ];
  expect(leaksIn(told.join('\n'))).toEqual(Object.keys(planted));
});

it('tells none of them in Slack, in its database or in its log', async () => {
  const hosts = [{ name: 'zoo', url: engine.url }];
  const { workspace, databasePath, logLines, close } = await openSeawall({ hosts, mode: 'http' });
  try {
    await workspace.sendCommand({ text: 'scan' });
    await workspace.waitForMessage(
      'security',
      ({ text }) => /zoo .*\d+ (critical|high)/.test(text),
      60_000,
    );
    const lines = {
      findings: /open findings on zoo/,
      'findings rule no-env-secret': /open findings? on zoo/,
      'inspect leaky': /^leaky on zoo: /,
      'inspect leaky-image': /^leaky-image on zoo: /,
      'containers env-secret': /^2 containers/,
      'explain no-env-secret': /no-env-secret|secret/i,
      hosts: /host/,
      'findings nonsense': /nonsense/,
    };
    for (const [text, answer] of Object.entries(lines)) {
      const before = workspace.ephemerals('security', 'alice').length;
      await workspace.sendCommand({ text });
      const answers = () => workspace.ephemerals('security', 'alice').slice(before);
      await workspace.waitUntil(() => answers().some((m) => answer.test(m.text)), 60_000);
    }

    const everything = {
      calls: JSON.stringify(workspace.calls),
      messages: JSON.stringify([
        workspace.messages('security'),
        workspace.ephemerals('security', 'alice'),
      ]),
      database: readDatabase(databasePath),
      log: logLines.join(''),
    };
    // What is told is the name and the kind of secret: the looks went where the secrets are.
    expect(everything.messages).toContain('DB_PASSWORD');
    expect(everything.messages).toContain('API_TOKEN');
    expect(everything.database).toContain('DB_PASSWORD');
    const leaks = Object.entries(everything).map(([where, text]) => [where, leaksIn(text)]);
    expect(Object.fromEntries(leaks)).toEqual({ calls: [], messages: [], database: [], log: [] });
  } finally {
    await close();
  }
});

it('prints none of them in the terminal', async () => {
  const environment = { DOCKER_HOST: engine.url, LOG_LEVEL: 'trace' };
  const printed: string[] = [];
  const print = async (line: string) => {
    const ended = await runHere(line.split(' '), { cwd, environment });
    expect({ line, status: ended.status }).toEqual({ line, status: 0 });
    printed.push(ended.stdout, ended.stderr);
  };
  await print('scan');
  await print('scan --json');
  const lines = ['findings', 'inspect leaky', 'containers', 'explain no-env-secret'];
  await Promise.all(lines.flatMap((line) => [print(line), print(`${line} --json`)]));
  expect(printed.join('')).toContain('DB_PASSWORD');
  expect(leaksIn(printed.join(''))).toEqual([]);
  expect(leaksIn(readDatabase(join(cwd, 'data', 'seawall.db')))).toEqual([]);
});
