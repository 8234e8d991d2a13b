import * as allCommands from '../../commands/index.ts';
import { parseLine } from '../../src/command/parse-line.ts';
import { readNdbBlobs } from '../../src/inventory/ndb-blobs.ts';
import { UnreadableDatabase } from '../../src/inventory/unreadable-database.ts';
import { allRules } from '../../src/rules/all-rules.ts';
import { OutsideError, UserError } from '../../src/shared/errors.ts';
import { withoutUserinfo } from '../../src/shared/mask-secrets.ts';
import { tarStart } from '../../src/shared/scan-tar.ts';
import { privilegedFilesFormat } from '../../src/snapshot/archive/archive-headers.ts';
import { osReleaseFormat, passwdFormat } from '../../src/snapshot/archive/single-file.ts';
import { answerList, type Foreign, foreign } from '../../src/snapshot/foreign.ts';
import type { ArchiveFormat } from '../../src/snapshot/foreign-format.ts';
import { inspectedContainer } from '../../src/snapshot/inspected-container.ts';
import { createKeeping } from '../../src/snapshot/keep-facts.ts';
import { foreignGroupSources, socketGroup } from '../../src/snapshot/normalise/accounts.ts';
import { containerFacts, declaredContainer } from '../../src/snapshot/normalise/container.ts';
import { engineFacts } from '../../src/snapshot/normalise/engine.ts';
import { environmentVariable } from '../../src/snapshot/normalise/environment.ts';
import { readEvent } from '../../src/snapshot/normalise/event.ts';
import { actualGroups } from '../../src/snapshot/normalise/group-folders.ts';
import { sizeOfSet } from '../../src/snapshot/normalise/group-limits.ts';
import { historyStep } from '../../src/snapshot/normalise/history.ts';
import { declaredImage } from '../../src/snapshot/normalise/image.ts';
import { mountsOfMountinfo } from '../../src/snapshot/normalise/mountinfo.ts';
import { volumeFacts } from '../../src/snapshot/normalise/mounts.ts';
import { parsePathStat } from '../../src/snapshot/normalise/path-stat.ts';
import { splitProbeOutput } from '../../src/snapshot/normalise/probe-output.ts';
import { cgroupOwner } from '../../src/snapshot/normalise/proc-cgroup.ts';
import { listenersOf, routesOf } from '../../src/snapshot/normalise/proc-net.ts';
import {
  processOfStatus,
  rangesOfUidMap,
  startTimeOfStat,
} from '../../src/snapshot/normalise/proc-status.ts';
import { processFacts } from '../../src/snapshot/normalise/processes.ts';
import { commandWords, environmentOf, unitValues } from '../../src/snapshot/normalise/unit-file.ts';
import { databaseFormats } from '../../src/snapshot/packages/package-formats.ts';
import { readRpmHeader } from '../../src/snapshot/packages/rpm.ts';
import { readRecording } from '../support/engine-recording.ts';
import { tarOf, withChecksum } from '../support/tar-bytes.ts';
import { spoiltBy } from './spoil-json.ts';

/** Takes any bytes; what it throws beside `isRefusal` is a bug. */
export type FuzzTarget = (bytes: Uint8Array) => void;

/** True for the ways in which foreign bytes may be refused. */
export const isRefusal = (error: unknown): boolean =>
  [OutsideError, UnreadableDatabase, UserError].some((kind) => error instanceof kind);

const what = 'GET /archive';
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const inArchive = (format: ArchiveFormat<unknown>, name: string): FuzzTarget => {
  return (bytes) =>
    void format.parse({ archive: tarOf({ name, body: bytes }), what, wanted: 'app' });
};
const [dpkg, dpkgFolder, apk, rpmSqlite, rpmNdb] = databaseFormats;

/** Headers with the right checksum, which no chance would find. */
function tar(bytes: Uint8Array): void {
  const archive = Buffer.from(bytes);
  for (let at = 0; at + 512 <= archive.length; at += 512) {
    const block = archive.subarray(at, at + 512);
    if (block.some((byte) => byte !== 0)) withChecksum(block);
  }
  const half = Math.floor(archive.length / 2);
  const told = privilegedFilesFormat.parse({
    bytes: archive.subarray(0, half),
    what,
    state: tarStart,
    found: [],
  });
  privilegedFilesFormat.parse({ bytes: archive.subarray(half), what, ...told });
  for (const format of [dpkgFolder, passwdFormat]) format.parse({ archive, what, wanted: 'app' });
}

const id = 'a'.repeat(64);
const inProc: readonly ((text: string) => unknown)[] = [
  (text) => processOfStatus(1, text),
  (text) => mountsOfMountinfo(1, text),
  (text) => rangesOfUidMap(1, text),
  (text) => cgroupOwner(text, id),
  (text) => actualGroups({ version: '1', isBySystemd: true }, text, id),
  (text) => startTimeOfStat(1, text),
  (text) => listenersOf(1, 'net/tcp6', text),
  (text) => routesOf(1, text).map(({ covers }) => covers('10.0.0.1')),
  (text) => splitProbeOutput(text, text.length % 2 === 0),
  (text) => sizeOfSet(text),
];
const onHost: readonly ((text: string) => unknown)[] = [
  (text) => socketGroup('docker', text, text),
  foreignGroupSources,
  (text) => environmentOf([text]),
  (text) => unitValues([text], 'ExecStart').map(commandWords),
  withoutUserinfo,
  environmentVariable,
  (text) => parsePathStat(text, what),
];

/** The first byte chooses which of them reads the rest. */
const oneOf =
  (works: readonly ((text: string) => unknown)[]): FuzzTarget =>
  (bytes) => {
    works[(bytes[0] ?? 0) % works.length]?.(textOf(bytes.subarray(1)));
  };

const recorded = readRecording();
const [container = {}] = recorded.containers.values();
const [image = {}] = recorded.images.values();
const [history = []] = recorded.histories.values();
const endpoint = { kind: 'unix', url: 'unix:///x', isMutualTls: false, socketPath: '/x' } as const;
const namespaces = containerNamespaces();

const inJson: readonly [answer: unknown, read: (answer: Foreign) => unknown][] = [
  [recorded.info, (info) => engineFacts(info, foreign('GET /version', recorded.version), endpoint)],
  [recorded.version, (version) => engineFacts(foreign('x', recorded.info), version, endpoint)],
  [
    container,
    (inspected) => {
      inspectedContainer(inspected, null, { ownerLabel: null, keep: createKeeping() });
      return containerFacts(declaredContainer(inspected, { ownerLabel: null }), {
        user: { declared: '', uid: 0, reason: null },
        namespaces,
        bindSources: new Map(),
      });
    },
  ],
  [recorded.volumes, volumeFacts],
  [image, declaredImage],
  [history, (steps) => answerList(steps).map(historyStep)],
  [
    { Titles: ['PID', 'COMMAND', 'LABEL'], Processes: [['1', 'sh', 'docker-default']] },
    processFacts,
  ],
];

function containerNamespaces() {
  const own = { mode: '', owner: 'own', container: null };
  const kinds = ['pid', 'network', 'ipc', 'uts', 'user', 'cgroup'];
  return Object.fromEntries(kinds.map((kind) => [kind, own])) as never;
}

const commands = Object.values(allCommands);
const endpointOfHost = { kind: 'unix', url: 'unix:///x', socketPath: null };
const hosts = ['web-1', 'web-2'].map((name) => ({
  ...{ name, endpoint: endpointOfHost, isDefault: name === 'web-1' },
  ...{ labels: {}, evidence: 'api' },
}));
const context = {
  commands,
  rules: allRules,
  hosts,
} as never as Parameters<typeof parseLine>[1];

/** All that reads what somebody else wrote, by name. */
export const fuzzTargets: Readonly<Record<string, FuzzTarget>> = {
  tar,
  dpkg: inArchive(dpkg, 'status'),
  apk: inArchive(apk, 'installed'),
  'rpm-sqlite': inArchive(rpmSqlite, 'rpmdb.sqlite'),
  'rpm-ndb': (bytes) => {
    inArchive(rpmNdb, 'Packages.db')(bytes);
    for (const _ of readNdbBlobs(bytes));
  },
  'rpm-header': (bytes) => void readRpmHeader(bytes),
  'os-release': inArchive(osReleaseFormat, 'os-release'),
  passwd: inArchive(passwdFormat, 'passwd'),
  proc: oneOf(inProc),
  'host-files': oneOf(onHost),
  'engine-json': (bytes) => {
    const [answer, read] = inJson[(bytes[0] ?? 0) % inJson.length] ?? inJson[0] ?? [];
    read?.(foreign('GET /x', spoiltBy(answer, bytes.subarray(1))));
  },
  event: (bytes) => void readEvent(textOf(bytes), { ownerLabel: 'owner', hash: (text) => text }),
  'command-line': (bytes) => void parseLine(textOf(bytes), context),
};
