import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { columnsOf } from '../../../src/shared/text-width.ts';
import { shells } from '../../../src/terminal/completion.ts';
import { main } from '../../support/joined-programs.ts';
import { openRecordedEngine } from '../../support/recorded-engine.ts';
import { runHere, runSeawall } from '../../support/run-seawall.ts';
import { sparingNode } from '../../support/sources.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

// What a person at a terminal, a pipe and a shell get: by the real program, real shells, a real terminal.

const folder = makeTemporaryFolder();
const empty = makeTemporaryFolder();
const bin = join(folder, 'bin');
let environment: Record<string, string>;

beforeAll(async () => {
  mkdirSync(bin);
  writeFileSync(join(bin, 'seawall'), `#!/bin/sh\nexec ${process.execPath} ${main} "$@"\n`, {
    mode: 0o755,
  });
  environment = {
    ...sparingNode,
    PATH: `${bin}:/usr/bin:/bin`,
    HOME: folder,
    DATABASE_URL: `sqlite:${join(folder, 'seawall.db')}`,
    TERM: 'xterm',
  };
  const engine = await openRecordedEngine();
  const hosts = [
    { name: 'web-1', url: engine.url, default: true, labels: { team: 'shop' } },
    { name: 'ci', url: `unix://${join(folder, 'nowhere.sock')}` },
  ];
  writeFileSync(join(folder, 'seawall.yml'), JSON.stringify({ hosts }));
  const { status } = await runHere(['scan'], { cwd: folder, environment });
  await engine.close();
  expect(status).toBe(0);
});

const shell = (program: string, script: string) => {
  const { stdout, stderr, status } = spawnSync(program, ['-c', script], {
    cwd: folder,
    env: environment,
    encoding: 'utf8',
  });
  return { stdout, stderr, status };
};

describe('a pipe that is closed', () => {
  test.each([
    ['findings --fail-on low', 1],
    ['inspect no-such-container', 2],
  ])('ends “%s” quietly, with %i', (line, status) => {
    const { stdout, stderr } = shell(
      '/bin/bash',
      `seawall ${line} 2>&1 | head -c 20 >/dev/null; echo "\${PIPESTATUS[0]}"`,
    );

    expect({ stdout, stderr }).toEqual({ stdout: `${status}\n`, stderr: '' });
  });
});

test.each(['findings --fail-on low', 'export json', 'doctor', '--help'])(
  'an answer for which the disk has no room is none: “%s” ends with 3',
  (line) => {
    const { stderr, status } = shell('/bin/bash', `seawall ${line} >/dev/full`);

    expect(status).toBe(3);
    expect(stderr).toContain('What it says could not be written: ENOSPC');
    expect(stderr).not.toContain(' at ');
  },
);

test('a terminal has its width, its colours, and progress in one line', () => {
  const { stdout: text } = shell(
    '/bin/bash',
    "script -qec 'stty cols 60; seawall scan on ci' /dev/null </dev/null",
  );

  expect(text).toMatch(/\rScanning ci 1\/\d+/);
  expect(text).toContain('\u001b[');
  const answer = text.slice(text.lastIndexOf('\r\r'));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they take no room
  const lines = answer.replaceAll(/\u001b\[\d+m/g, '').split(/[\r\n]+/);
  expect(lines.length).toBeGreaterThan(10);
  expect(lines.filter((one) => columnsOf(one) > 60)).toEqual([]);
});

test('a narrow pipe has narrow lines', async () => {
  const { stdout } = await runSeawall(['containers'], {
    cwd: folder,
    environment: { ...environment, COLUMNS: '60' },
  });

  expect(stdout).toContain('•');
  expect(stdout.split('\n').filter((one) => columnsOf(one) > 60)).toEqual([]);
});

describe('completion', () => {
  // Made once: each shell loads it from a file, as the first line of the script says how.
  beforeAll(async () => {
    for (const name of shells) {
      const { stdout } = await runHere(['completion', name], { cwd: folder, environment });
      writeFileSync(join(folder, name), stdout);
    }
  });

  const words = (text: string) => text.split('\n').filter((word) => word !== '');
  const inBash = (...typed: string[]) => {
    const list = typed.map((word) => `'${word}'`).join(' ');
    const { stdout, stderr } = shell(
      '/bin/bash',
      `source ./bash; COMP_WORDS=(${list}); COMP_CWORD=${typed.length - 1}; _seawall; printf '%s\\n' "\${COMPREPLY[@]}"`,
    );
    expect(stderr).toBe('');
    return words(stdout);
  };

  test('in bash offers verbs, words, hosts and containers', () => {
    expect(inBash('seawall', 'fin')).toEqual(['findings']);
    expect(inBash('seawall', 'doc')).toEqual(['doctor']);
    expect(inBash('seawall', 'containers', 'docker')).toEqual(['docker-socket']);
    expect(inBash('seawall', 'scan', 'on', '')).toEqual([
      ...['all', 'not', 'team=shop', 'web-1', 'ci'],
    ]);
    expect(inBash('seawall', 'scan', 'on', 'te')).toEqual(['team=shop']);
    expect(inBash('seawall', 'compare', 'c')).toEqual(['ci']);
    expect(inBash('seawall', 'scan', '--fail-on', 'c')).toEqual(['critical']);
    expect(inBash('seawall', 'completion', 'z')).toEqual(['zsh']);
    const containers = inBash('seawall', 'inspect', '').filter((word) => !/^(on|--.*)$/.test(word));
    expect(containers.length).toBeGreaterThan(3);
    expect(containers).toEqual(containers.toSorted());
  });

  test('in fish offers the same, with what each verb does', () => {
    const { stdout, stderr } = shell(
      '/usr/bin/fish',
      "source ./fish; complete -C 'seawall find'; complete -C 'seawall scan on '; complete -C 'seawall containers docker'",
    );

    expect(stderr).toBe('');
    expect(words(stdout).sort()).toEqual(
      [
        ...['all', 'not', 'team=shop', 'ci', 'web-1', 'docker-socket'],
        'findings\tList open findings, worst first',
      ].sort(),
    );
  });

  test('in zsh offers the same', () => {
    const { stdout, stderr } = shell(
      '/usr/bin/zsh',
      `source ./zsh; compadd() { shift; print -l -- "$@" }
       words=(seawall scan on ''); CURRENT=4; _seawall
       words=(seawall ''); CURRENT=2; _seawall`,
    );

    expect(stderr).toBe('');
    expect(words(stdout).slice(0, 5)).toEqual(['all', 'not', 'team=shop', 'web-1', 'ci']);
    expect(words(stdout)).toContain('findings');
  });

  test('makes no database, and refuses a shell that it does not know', async () => {
    const cwd = empty;
    const elsewhere = { DATABASE_URL: `sqlite:${join(cwd, 'none.db')}` };
    const asked = await runSeawall(['completion', 'containers'], { cwd, environment: elsewhere });
    const refused = await runSeawall(['completion', 'tcsh'], { cwd, environment: elsewhere });

    expect(asked).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(spawnSync('ls', [cwd], { encoding: 'utf8' }).stdout).toBe('');
    expect(refused.status).toBe(2);
  });
});

describe('questions that people kept', () => {
  const ask = (...words: string[]) => runHere(['ask', ...words], { cwd: folder, environment });

  test('are refused where the settings do not allow them', async () => {
    const { status, stderr } = await ask('--keep', 'which kangaroo sings');

    expect({ status, stderr }).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('ask.keepMisses'),
    });
  });

  test('are rows of a test bank, and can be erased', async () => {
    const settings = readFileSync(join(folder, 'seawall.yml'), 'utf8');
    const allowed = { ...JSON.parse(settings), ask: { keepMisses: true } };
    writeFileSync(join(folder, 'seawall.yml'), JSON.stringify(allowed));
    try {
      const back = await ask('which', 'kangaroo', 'sings about containers');
      expect(back.stdout).toContain('seawall ask --keep');
      expect((await ask('--keep', 'which\tkangaroo sings')).stdout).toContain('Question 1 is kept');
      const { stdout, stderr } = await ask('--misses');
      expect(stdout).toBe('which kangaroo sings\t\n');
      expect(stderr).toMatch(/^Not understood in the last 90 days: \d+. Kept: 1\.\n$/);
      expect(JSON.parse((await ask('--misses', '--json')).stdout).questions).toMatchObject([
        { id: 1, question: 'which kangaroo sings' },
      ]);
      expect((await ask('--forget', '1')).status).toBe(0);
      expect((await ask('--forget', '1')).status).toBe(2);
      expect((await ask('--misses')).stdout).toBe('');
    } finally {
      writeFileSync(join(folder, 'seawall.yml'), settings);
    }
  });
});
