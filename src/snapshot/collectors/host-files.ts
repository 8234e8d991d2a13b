import { OutsideError } from '../../shared/errors.ts';
import { mapRead, type Reading, read, unread } from '../../shared/reading.ts';
import type { HostFileDoor, HostFileWindow } from '../collector.ts';
import { defineCollector } from '../define-collector.ts';
import { groupIn, readSocketGroups, tlsFiles, whyMaybeYounger } from '../engine-own-files.ts';
import type { EngineFacts } from '../facts/engine.ts';
import type { DaemonSettings, HostFileFact, HostFilesFacts } from '../facts/host-files.ts';
import { createHostFileReader, type HostFileReader, presentFiles } from '../host-file-reader.ts';
import { readUnit, type Unit, unitListeners } from '../host-units.ts';
import { foreignGroupSources } from '../normalise/accounts.ts';
import {
  daemonSettings,
  type ServiceCommand,
  serviceCommand,
  unixSockets,
} from '../normalise/daemon-settings.ts';
import { declaredMountOf } from '../normalise/host-path.ts';
import { registriesOf } from '../normalise/image.ts';
import { unitFolders, unitValues } from '../normalise/unit-file.ts';
import { asUnread, valueIn } from '../outcome.ts';

const ROOTLESS = 'a rootless engine sees the owners of host files through its own user namespace';

export const hostFiles = defineCollector({
  purpose:
    "Modes and owners of the engine's files on the host, its settings, and who is in its group; at the evidence level `files` only.",
  reads: ['GET /info', 'GET /version', 'GET /images/json'],
  level: 'files',
  async collect({ first, hostFiles: door }): Promise<HostFilesFacts> {
    const facts = valueIn(first.engine);
    if (facts.isPodman) {
      throw new OutsideError('engine-is-podman', 'it has none of the files of Docker’s own engine');
    }
    const references = valueIn(first.imageReferences);
    const paths = ['/etc', ...unitFolders.filter((one) => !one.startsWith('/etc/'))];
    const view = { paths: [...paths, ...facts.socketPaths], dataRoot: shownDataRoot(facts) };
    return door.look(view, (window) => {
      const ownersUnread = facts.isRootless ? ROOTLESS : null;
      const files = createHostFileReader({ door, window, asked: view.paths, ownersUnread });
      const registries = registriesOf(references, facts.insecureRegistries);
      return collectFacts(facts, registries, files, window, door);
    });
  },
});

async function collectFacts(
  engine: EngineFacts,
  registries: readonly string[],
  files: HostFileReader,
  window: HostFileWindow,
  door: HostFileDoor,
): Promise<HostFilesFacts> {
  const [service, socketUnit] = await Promise.all([
    readUnit(files, 'docker.service'),
    readUnit(files, 'docker.socket'),
  ]);
  const command = serviceCommand(service.texts, service.environment);
  const { daemonJson } = command;
  const settings = await readSettings(files, service, command, engine, door);
  const one = async (path: string) => [await files.examine(path)];
  const folder = '/etc/docker/certs.d';
  const certificates = registries.flatMap((registry) =>
    ['ca.crt', 'client.cert', 'client.key'].map((name) => `${folder}/${registry}/${name}`),
  );
  const [engineSocket = '', ...containerdSockets] = engine.socketPaths;
  const further = settings.state === 'read' ? unixSockets(settings.value) : [];
  const engineSockets = [...new Set([engineSocket, ...further])];
  return {
    files: {
      'docker-service': service.files,
      'docker-socket-unit': socketUnit.files,
      'etc-docker': await one('/etc/docker'),
      'registry-certificate': await presentFiles(files, certificates),
      ...(await tlsFiles(settings, engine.endpoint.isMutualTls, files)),
      'engine-socket': await presentFiles(files, engineSockets),
      'daemon-json': await one(daemonJson),
      'default-docker': await one('/etc/default/docker'),
      'sysconfig-docker': await one('/etc/sysconfig/docker'),
      'containerd-socket': await containerdFiles(files, containerdSockets),
    },
    registryCertificateFolder: await files.examine(folder),
    settings,
    unitListeners: await unitListeners(files, service, socketUnit),
    socketGroups: await socketGroupsOf(files, settings, socketUnit),
    foreignGroupSources: await readForeignSources(files),
    dataRoot: await readDataRoot(engine, files, window),
  };
}

async function readSettings(
  files: HostFileReader,
  service: Unit,
  command: ServiceCommand,
  engine: EngineFacts,
  door: HostFileDoor,
): Promise<Reading<DaemonSettings>> {
  const { daemonJson } = command;
  if (service.unreadReason !== null) return unread(service.unreadReason);
  const json = await files.textOf(daemonJson);
  if (json.state === 'unread') return json;
  const sources = [...service.sources, ...(json.value === null ? [] : [daemonJson])];
  try {
    const gaps = [...command.gaps, ...service.gaps];
    const settings = daemonSettings(json.value, { ...command, gaps }, sources, engine);
    const { daemonJsonEchoes, commandLineEchoes, contradicted } = settings.owner;
    const isConfirmed = daemonJsonEchoes.length + commandLineEchoes.length > 0;
    if (!isConfirmed || contradicted.length > 0) return read(settings);
    const maybeYounger = await whyMaybeYounger(settings, door);
    return read({ ...settings, owner: { ...settings.owner, maybeYounger } });
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    return unread(`${daemonJson}: ${error.detail}`);
  }
}

/** Every engine uses one: where none is found, it listens elsewhere. */
async function containerdFiles(
  files: HostFileReader,
  paths: readonly string[],
): Promise<HostFileFact[]> {
  const facts = await presentFiles(files, paths);
  const reason = 'is not there, and the engine does not tell where containerd listens';
  return facts.map((fact) =>
    fact.state === 'absent' ? { path: fact.path, state: 'unread', reason } : fact,
  );
}

/** By the settings, and by the unit of the socket. */
async function socketGroupsOf(
  files: HostFileReader,
  settings: Reading<DaemonSettings>,
  socketUnit: Unit,
): Promise<HostFilesFacts['socketGroups']> {
  if (settings.state === 'unread') return settings;
  if (socketUnit.unreadReason !== null) return unread(socketUnit.unreadReason);
  const ofUnit = unitValues(socketUnit.texts, 'SocketGroup').slice(-1);
  return readSocketGroups([groupIn(settings.value), ...ofUnit], files);
}

async function readForeignSources(files: HostFileReader): Promise<Reading<string[]>> {
  const nsswitch = await files.textOf('/etc/nsswitch.conf');
  return mapRead(nsswitch, foreignGroupSources);
}

/** In a user namespace Linux shows nobody `/` without what is mounted below it (mount_namespaces(7)). */
const shownDataRoot = ({ isRootless, dataRoot }: EngineFacts) => (isRootless ? null : dataRoot);

async function readDataRoot(
  engine: EngineFacts,
  files: HostFileReader,
  window: HostFileWindow,
): Promise<HostFilesFacts['dataRoot']> {
  const fstab = await files.textOf('/etc/fstab');
  const { dataRoot: path } = engine;
  return {
    path,
    isOnRootFilesystem:
      shownDataRoot(engine) === null
        ? unread('a rootless engine does not show / without what is mounted below it')
        : await readMount(window),
    declaredMount: fstab.state === 'read' ? declaredMountOf(fstab.value ?? '', path) : null,
  };
}

async function readMount(window: HostFileWindow): Promise<Reading<boolean>> {
  try {
    const isOnRoot = await window.isDataRootOnRootFilesystem();
    return isOnRoot === null
      ? unread('the files that the engine keeps of a container are not where it says')
      : read(isOnRoot);
  } catch (error) {
    return asUnread(error);
  }
}
