import { assembleCore } from '../../../src/programs/assemble.ts';
import { defaultPolicy } from '../../../src/rules/policy.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { runInTerminal } from '../../../src/terminal/run-in-terminal.ts';
import type { ControlsAnswer } from '../../../src/views/controls.ts';
import { askInChat } from '../../support/asking.ts';
import { type ChatApp, openChatApp } from '../../support/chat-app.ts';
import { openRecordedEngine, type RecordedEngine } from '../../support/recorded-engine.ts';

/** Hardened, by its configuration; nobody asked the kernel of its host. */
const container = 't07-hardened';
const neverByApi = ['cap-bounding', 'cap-effective', 'no-new-privileges', 'seccomp'] as const;
let app: ChatApp;
let engine: RecordedEngine;

beforeAll(async () => {
  app = await openChatApp({ rateLimits: false });
  engine = await openRecordedEngine();
  await app.workspace.sendCommand({ text: 'scan on web-1' });
  await app.answered(1);
});
afterAll(async () => {
  await app.close();
  await engine.close();
});

const inChat = (text: string) => askInChat(app, text);

async function inTerminal(words: string[], isJson: boolean): Promise<string> {
  const core = await assembleCore({
    hosts: [
      {
        ...{ name: 'web-1', url: engine.url, tls: undefined, labels: {} },
        ...{ evidence: 'api', isDefault: true },
      },
    ],
    databaseUrl: app.database.url,
    policy: defaultPolicy,
  });
  let stdout = '';
  await runInTerminal(core.context, {
    ...{ words, isJson, failOn: null, reference: 'a1b2', openLog: async () => silentLogger },
    stdout: (text) => {
      stdout += text;
    },
    stderr: () => {},
  });
  await core.store.close();
  return stdout;
}

test('a control that nobody could read is unknown in JSON', async () => {
  const { containers } = JSON.parse(
    await inTerminal(['controls', container], true),
  ) as ControlsAnswer;
  const [only] = containers;

  for (const name of neverByApi) {
    expect(only?.controls?.find(({ control }) => control === name)).toMatchObject({
      verdict: 'unknown',
      source: expect.stringMatching(/^(predicted|unknown)$/),
    });
  }
});

test.each<[string, (line: string) => Promise<string>]>([
  ['the terminal', (line) => inTerminal(line.split(' '), false)],
  ['chat', inChat],
])('and in %s, for one container and in inspect', async (_where, ask) => {
  for (const line of [`controls ${container}`, `inspect ${container}`]) {
    // What is configured stands above what is in force.
    const shown = (await ask(line)).split('As in force').at(-1) ?? '';
    const rows = shown.split('\n');
    for (const name of neverByApi) {
      // In chat what is said of a control follows its name.
      const row = rows.findIndex((one) => one.trim().split(/\s{2,}/)[0] === name);
      const own = (rows[row] ?? '').trim();
      const said = own === name ? (rows[row + 1] ?? '') : own;
      expect([line, name, said]).toEqual([line, name, expect.stringMatching(/\bunknown\b/)]);
      expect(said).not.toMatch(/(?<!not-)enforced/);
    }
  }
});

test('and in the digest, which counts the containers', async () => {
  const shown = await inChat('digest preview');

  expect(shown).toMatch(
    /Unknown controls:\s+[a-z-]+, .* and \d+ more, of up to 35 running containers/,
  );
  expect(shown).toMatch(/Unknown: .*seccomp.* of \d+ containers/);
  expect(shown).toMatch(/Unknown: .*no-new-privileges.* of \d+ container/);
  expect(app.workspace.violations).toEqual([]);
});
