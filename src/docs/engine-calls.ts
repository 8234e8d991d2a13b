import { type Endpoint, hostFileCalls, procCalls } from '../snapshot/collector.ts';
import * as collectors from '../snapshot/collectors/index.ts';
import {
  exportCalls,
  exportProbeCalls,
  harmlessWrites,
  nobodyId,
  systemCalls,
  systemProbeCalls,
  unneededReads,
} from '../snapshot/power-calls.ts';
import { watchCalls } from '../snapshot/watch-calls.ts';
import { page } from './page.ts';

/** Every call of the evidence level `api`. */
export function listApiCalls(): Endpoint[] {
  const sections = [...Object.values(collectors), negotiation, watchCalls];
  return [...new Set(sections.flatMap(({ reads }) => reads))].sort();
}

/** The page for whoever grants access to an engine: every call that Seawall makes, and why. */
export function renderEngineCalls(): string {
  const sections = [
    ...Object.entries(collectors),
    ['(first contact)', negotiation] as const,
    ['(watching)', watchCalls] as const,
  ];
  const rows = sections.map(([id, { purpose, reads }]) => {
    const calls = reads.map((call) => `\`${call}\``).join('<br>');
    return `| ${id} | ${purpose} | ${calls} |`;
  });
  return page(
    'What Seawall asks your engine',
    INTRODUCTION,
    ['| Section | What for | Calls |', '|---|---|---|', ...rows].join('\n'),
    '## The calls alone',
    'The list for a [read-only socket proxy](socket-proxy.md); `{id}` stands for one name or id.',
    listing(listApiCalls()),
    '## With `inventory: full`, and for `scan deep`',
    EXPORTS,
    listing(exportCalls),
    EXPORTS_OF_PROBES,
    listing(withFirst(exportProbeCalls)),
    '## Asked by `whoami` alone',
    WHOAMI,
    listing(unneededReads.map(({ call }) => call)),
    WHOAMI_WRITES,
    listing(harmlessWrites.map(({ call }) => call)),
    '## At the evidence level `files`',
    FILES_LEVEL,
    listing(withFirst(hostFileCalls)),
    SYSTEMS,
    listing(withFirst([...systemProbeCalls, ...systemCalls])),
    '## At the evidence level `kernel`',
    KERNEL_LEVEL,
    listing(withFirst(procCalls)),
  );
}

/** The same with what is asked on each connection; each once. */
const withFirst = (calls: readonly string[]) => [...new Set([...calls, ...negotiation.reads])];

const listing = (calls: readonly string[]) => `\`\`\`text\n${calls.join('\n')}\n\`\`\``;

/** What the engine's edge asks before the first section; a test holds it to its declaration. */
const negotiation = {
  purpose: 'The API version that both sides speak.',
  reads: ['GET /version', 'HEAD /_ping'],
} as const;

const INTRODUCTION = [
  'At the evidence level `api`, which is the default, Seawall makes only the calls below: GET and HEAD,',
  'nothing that changes anything. A collector that asks for another path is refused before the',
  'engine hears of it. Where a call is not allowed, what it would have read is `unknown`, never `pass`.',
  '',
  'A call of `archive` is made where the engine does nothing for it but read: not where it would create',
  'the source of a mount, mount a share, ask a plugin or label files. See',
  '[what an archive call makes the engine do](evidence-levels.md#what-an-archive-call-makes-the-engine-do).',
].join('\n');

const EXPORTS = [
  'Only for hosts with `inventory: full` in the settings, and when somebody with the permission to operate says',
  '`scan deep`: once for each distinct chain of layers, one at a time on an engine, over a connection of its own. The',
  'engine sends the whole file system of a container as it is merged, without anything that is mounted into it; of it',
  'names and versions of packages and programs are kept. At the level `api` it is that of a container which is there:',
].join('\n');

const EXPORTS_OF_PROBES = [
  'At the levels `files` and `kernel` it is that of a container which is made of the image, never started, and removed:',
  'no network, no capability, memory where the image declares volumes. See [exposure](exposure.md).',
].join('\n');

const WHOAMI = [
  'No answer needs these. `whoami` makes them to see whether something refuses them, always for a name that',
  `nothing can have (\`${nobodyId}\`), so there is nothing to read. A socket proxy should refuse them.`,
].join('\n');

const WHOAMI_WRITES = [
  'At the levels `files` and `kernel`, which write anyway, these as well. The engine looks for the container or',
  'session first, does not find it, and nothing happens:',
].join('\n');

const FILES_LEVEL = [
  'Only for hosts with `evidence: files` (or `kernel`) in the settings, and through a connection of its',
  'own that can make these calls and no others. `POST /containers/create` makes one container that is',
  'never started: no image, no program, no network, no capability, and exact read-only binds. `HEAD`',
  'tells kinds and modes, `GET` owners (the first 512 bytes of the answer; the rest is not looked at)',
  'and the text of a few public files; never a folder. `DELETE` removes the container, and any that a',
  'Seawall which died has left. See [evidence levels](evidence-levels.md).',
].join('\n');

const SYSTEMS = [
  'For images without a container, of which the packages of the system are else not known, thirty with a scan at most:',
  'a container is made of the image, never started, without network and capability and with memory in the place of its',
  'volumes; the package database and `os-release` are read of it, and it is removed.',
].join('\n');

const KERNEL_LEVEL = [
  'Only for hosts with `evidence: kernel`, in addition to those of `files`, and through one more connection',
  'of its own. `POST /images/create` imports an image of one file (`fromSrc=-`, nothing is pulled),',
  '`POST /containers/create` makes one container of it, which is attached to, waited for and started, prints',
  'a few files of `/proc` and ends. Both are removed. No other container is ever started, attached to or',
  'waited for. See [evidence levels](evidence-levels.md#what-kernel-does).',
].join('\n');

/**
 * The calls that an edge answers, compiled into it: those of the level `api` without archives, by which
 * whoever rules a hub could read any file of a container and make an engine mount.
 */
export function renderEdgeCalls(calls: readonly Endpoint[]): string {
  const answered = calls.filter((call) => !/\/(archive|export)$/.test(call));
  const lines = [...new Set(answered)].sort().map((call) => `  '${call}',\n`);
  return `// Generated by \`npm run generate\` from what the collectors declare. Do not edit.

/** Every call that an edge makes of its engine; \`{id}\` stands for one segment. */
export const declaredCalls = [
${lines.join('')}] as const;
`;
}
