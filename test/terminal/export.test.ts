import { silentLogger } from '../../src/shared/logger.ts';
import { runInTerminal } from '../../src/terminal/run-in-terminal.ts';
import { type OwnCore, openOwnCore, silentHost } from '../support/own-core.ts';
import { parseCsv } from '../support/parse-csv.ts';
import { openRecordedEngine, type RecordedEngine } from '../support/recorded-engine.ts';

let engine: RecordedEngine;
let core: OwnCore;

beforeAll(async () => {
  engine = await openRecordedEngine();
  core = await openOwnCore([{ ...silentHost('web-1', true), url: engine.url }]);
  await run(['scan']);
});
afterAll(async () => {
  await core.remove();
  await engine.close();
});

async function run(words: string[], isJson = false, { context } = core) {
  const out: string[] = [];
  const notes: string[] = [];
  const code = await runInTerminal(context, {
    words,
    isJson,
    failOn: null,
    reference: 'a1b2',
    openLog: async () => silentLogger,
    stdout: (text) => out.push(text),
    stderr: (text) => notes.push(text),
  });
  return { code, stdout: out.join(''), stderr: notes.join('') };
}

test('the file alone goes to standard output, what it is to standard error', async () => {
  const { code, stdout, stderr } = await run(['export', 'csv']);

  expect(code).toBe(0);
  expect(parseCsv(stdout).length).toBeGreaterThan(10);
  expect(stderr).toMatch(/File: seawall-findings-web-1-\w+\.csv/);
  expect(stderr).toContain('web-1 as of just now');
});

test.each(['csv', 'sarif', 'json'])(
  'a host that was never scanned is unknown in a file as %s, not clean',
  async (format) => {
    const other = await openOwnCore([{ ...silentHost('new-1', true), url: engine.url }]);
    const { stdout, stderr } = await run(['export', format], false, other);
    await other.remove();

    const rules = other.context.rules.length;
    expect(stdout.split('the host was never scanned')).toHaveLength(rules + 1);
    expect(stderr).toContain(`Rows: ${rules}, open findings and unknown checks`);
  },
);

test('with --json the file is a field of the answer', async () => {
  const sarif = await run(['export', 'sarif']);
  const { stdout } = await run(['export', 'sarif'], true);

  const { answer, file } = JSON.parse(stdout);
  expect(answer).toBe('export');
  expect(JSON.parse(file.text).runs).toEqual(JSON.parse(sarif.stdout).runs);
});

test('a format that does not exist gives nothing that a program could take for a file', async () => {
  const { code, stdout } = await run(['export', 'xml']);

  expect([code, stdout]).toEqual([2, '']);
});
