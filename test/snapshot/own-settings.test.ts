import { exampleSnapshot } from '../../src/rules/example-host.ts';
import {
  exampleDaemonSettings,
  ownerOther,
  presentFile,
} from '../../src/rules/example-host-files.ts';
import { leftOut, read, unread } from '../../src/shared/reading.ts';
import type { HostFileRole } from '../../src/snapshot/facts/host-files.ts';
import { engineFiles, socketGroupsOf } from '../../src/snapshot/own-settings.ts';
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

test('the group of its sockets is the one that its own process was told, and that of the unit where systemd opens one', () => {
  if (snapshot.hostProcesses.state === 'unread') throw new Error('the example has processes');
  const group = (name: string) => ({ name, gid: 7, members: [] });
  const hostFiles = { ...onDisk, socketGroups: read([group('docker')]) };
  const processes = snapshot.hostProcesses.value;
  const groupsWith = (...hosts: string[]) => {
    const settings = { ...exampleDaemonSettings, hosts };
    const engine = read({ pid: 7, settings, socketGroups: read([group('users')]) });
    return socketGroupsOf({ hostFiles, hostProcesses: read({ ...processes, engine }) });
  };
  const api = leftOut('needs evidence level kernel');

  expect(socketGroupsOf({ hostFiles, hostProcesses: api })).toEqual(read([group('docker')]));
  expect(groupsWith('unix:///run/docker.sock')).toEqual(read([group('users')]));
  expect(groupsWith('fd://')).toEqual(read([group('users'), group('docker')]));
});
