import { plainLine, splitWords } from '../../src/command/plain-line.ts';
import { openPaths } from '../../src/controls/system-paths.ts';
import { findMentioned } from '../../src/inspections/find-mentioned.ts';
import { placesIn } from '../../src/rules/dangerous-places.ts';
import { foreignMessage } from '../../src/shared/foreign-message.ts';
import { withoutUserinfo } from '../../src/shared/mask-secrets.ts';
import { visible } from '../../src/shared/text.ts';
import { foreign } from '../../src/snapshot/foreign.ts';
import { certificatesValidFrom } from '../../src/snapshot/normalise/certificate.ts';
import { environmentVariable } from '../../src/snapshot/normalise/environment.ts';
import { readEvent } from '../../src/snapshot/normalise/event.ts';
import { expectedGroup } from '../../src/snapshot/normalise/group-folders.ts';
import { historyStep } from '../../src/snapshot/normalise/history.ts';
import { normaliseHostPath } from '../../src/snapshot/normalise/host-path.ts';
import { registriesOf } from '../../src/snapshot/normalise/image.ts';
import { volumeFacts } from '../../src/snapshot/normalise/mounts.ts';
import { packageIndexUse } from '../../src/snapshot/normalise/package-index.ts';
import { processFacts } from '../../src/snapshot/normalise/processes.ts';
import { commandWords, environmentOf, expandWord } from '../../src/snapshot/normalise/unit-file.ts';
import { runs } from '../support/long-run.ts';

// Where a regular expression has bounds, the linter takes it for harmless; a bound of 2,000 at each of a
// million places is not. So what reads foreign texts is given everything that it looks for, many times.
const LENGTH = runs(20_000, 60_000);
/** Of processor time; what walks along such a text takes one or two. */
const MS_MAX = runs(100, 200);

const step = (createdBy: string) =>
  historyStep(foreign('GET /history', { Created: 0, CreatedBy: createdBy, Size: 0 }));
const volume = { Name: 'a', Driver: 'local' };
const processes = (name: string) => ({
  Titles: ['PID', 'LABEL', 'COMMAND'],
  Processes: [['1', 'x', name]],
});

const readers: Readonly<Record<string, (text: string) => unknown>> = {
  'a message': (text) => findMentioned(text, []),
  'a command line': (text) => splitWords(plainLine(text)),
  'a reason of an engine': (text) => visible(foreignMessage(text)),
  certificates: certificatesValidFrom,
  'a url': withoutUserinfo,
  'a variable': environmentVariable,
  'the value of a secret variable': (text) => environmentVariable(`A_TOKEN=${text}`),
  'an event': (text) => readEvent(text, { ownerLabel: null, hash: (one) => one }),
  'a step of an image': step,
  'a build argument': (text) => step(`RUN |2 ${text}`),
  'a variable of an image': (text) => step(`ENV ${text}`),
  'a path': normaliseHostPath,
  'a path that is masked': (text) => {
    const lists = { maskedPaths: [`${text}/proc/kcore`], readonlyPaths: [`${text}/proc/sys`] };
    return [openPaths('masked-paths', lists), openPaths('readonly-paths', lists)];
  },
  'a path that may be dangerous': (text) => placesIn(`/${text}`, null),
  'the parent of a group': (text) =>
    [true, false].map((isBySystemd) => expectedGroup({ version: '2', isBySystemd }, 'c', text)),
  'a reference': (text) => registriesOf([text], []),
  'the options of a volume': (text) =>
    volumeFacts(
      foreign('x', {
        Volumes: [{ ...volume, Options: { type: 'overlay', device: text, o: `lowerdir=${text}` } }],
      }),
    ),
  'a script': packageIndexUse,
  'a process': (text) => processFacts(foreign('GET /top', processes(text))),
  'a unit': (text) => [commandWords(text), environmentOf([text]), expandWord(text, new Map())],
};
const pieces = [
  ...[
    'a',
    '-',
    '_',
    '.',
    '/',
    ' ',
    '\t',
    '\n',
    '"',
    "'",
    '\\',
    '$',
    '{',
    '${',
    '<',
    '(',
    '[',
    '=',
    '@',
    ':',
    ';',
    '|',
  ],
  ...[
    'A=',
    ' A=',
    'a://',
    '://a:',
    'a://b:c',
    'a b',
    '..',
    '../',
    'a-',
    '/a',
    '/proc/..',
    '/proc/1/root',
    '/var/run',
    '<a|',
    '“',
    'aB',
    '\\\n',
    '\u00a0',
    '\u202e',
  ],
  ...[
    '-----BEGIN ',
    '-----BEGIN CERTIFICATE-----',
    'PRIVATE KEY',
    'AKIA',
    'AccountKey=',
    'TOKEN',
    'AWS_SECRET',
  ],
  ...['sk-', 'sk_live_', 'SG.', 'SG.aaaaaaaaaa.', 'eyJaaaaa.', 'eyJaaaaa-', '"auth"', '"auth" : "'],
  ...[
    'password',
    'password=',
    ';pwd = ',
    '/sh -c ',
    '/sh -a ',
    '/shsh',
    '#(nop) ',
    '&&',
    '|1 ',
    ' pipefail',
  ],
  ...['"timeNano":', '"timeNano": 1', '(enforce) '],
];

/** Processor time of this thread for one reading, in milliseconds: what is compiled or collected beside it does not count. */
function readingMs(read: (text: string) => unknown, text: string): number {
  const before = process.threadCpuUsage();
  try {
    read(text);
  } catch {} // That it is refused is well.
  return process.threadCpuUsage(before).user / 1000;
}

/** The shortest of up to three readings: a slow expression is slow each time, a stop of the machine is not. */
function shortestMs(read: (text: string) => unknown, text: string): number {
  let shortest = readingMs(read, text);
  for (let again = 0; again < 2 && shortest > MS_MAX; again++) {
    shortest = Math.min(shortest, readingMs(read, text));
  }
  return shortest;
}

it.each(Object.entries(readers))('%s takes no time, whatever is repeated in it', (_what, read) => {
  const slow = pieces.flatMap((piece) =>
    ['', '!', '\n'].flatMap((end) => {
      const text = piece.repeat(Math.ceil(LENGTH / piece.length)) + end;
      const ms = shortestMs(read, text);
      return ms > MS_MAX
        ? [`${JSON.stringify(piece)} ${JSON.stringify(end)}: ${ms.toFixed(0)} ms`]
        : [];
    }),
  );

  expect(slow).toEqual([]);
});
