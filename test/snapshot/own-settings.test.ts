import { exampleSnapshot } from '../../src/rules/example-host.ts';
import {
  exampleDaemonSettings,
  ownerOther,
  presentFile,
} from '../../src/rules/example-host-files.ts';
import { leftOut, read, unread } from '../../src/shared/reading.ts';
import type { HostFileRole } from '../../src/snapshot/facts/host-files.ts';
import { engineFiles } from '../../src/snapshot/own-settings.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';

const snapshot = exampleSnapshot({});
const onDisk = snapshot.hostFiles.state === 'read' ? snapshot.hostFiles.value : null;
if (onDisk === null) throw new Error('the example has files');
const other = { ...onDisk, settings: read({ ...exampleDaemonSettings, owner: ownerOther }) };

/** The state of the first file of a role. */
const stateOf = (
  role: HostFileRole,
  hostProcesses: Snapshot['hostProcesses'],
  hostFiles = onDisk,
) => engineFiles({ hostFiles, hostProcesses }, role)[0]?.state;

test('the files of the settings on the disk count at the level files, unless /info contradicts these', () => {
  const api = leftOut('needs evidence level kernel');
  expect(stateOf('daemon-json', api)).toBe('present');
  expect(stateOf('daemon-json', api, other)).toBe('unread');
  expect(stateOf('engine-socket', api, other)).toBe('unread');
  // These lie where they lie.
  expect(stateOf('docker-service', api, other)).toBe('present');
});

test('none of them counts where the process of the engine was to tell, and did not', () => {
  const lost = unread<never>('the probe did not start');
  expect(stateOf('daemon-json', lost)).toBe('unread');
  expect(stateOf('docker-service', lost)).toBe('present');
});

test('those of its own process count where it is known', () => {
  if (snapshot.hostProcesses.state === 'unread') throw new Error('the example has processes');
  const own = [presentFile('/srv/own.json', 0o666)];
  const none = { 'engine-socket': [], 'tls-ca': [], 'tls-cert': [], 'tls-key': [] };
  const engine = read({
    ...{ pid: 7, settings: exampleDaemonSettings },
    files: { 'daemon-json': own, ...none },
  });
  const known = read({ ...snapshot.hostProcesses.value, engine });

  expect(engineFiles({ hostFiles: other, hostProcesses: known }, 'daemon-json')).toEqual(own);
  expect(stateOf('docker-service', known, other)).toBe('present');
});
