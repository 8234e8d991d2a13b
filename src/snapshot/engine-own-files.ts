import { OutsideError } from '../shared/errors.ts';
import { type Reading, read, unread } from '../shared/reading.ts';
import type { HostFileDoor } from './collector.ts';
import type { RunningEngine } from './engine-process.ts';
import { COMMAND_LINE } from './evidence.ts';
import type { EngineFacts } from './facts/engine.ts';
import type { DaemonSettings, HostFileFact, SocketGroup } from './facts/host-files.ts';
import type { EngineProcess } from './facts/host-processes.ts';
import { createHostFileReader, type HostFileReader, presentFiles } from './host-file-reader.ts';
import { socketGroup } from './normalise/accounts.ts';
import { daemonSettings, defaultDaemonJson, unixSockets } from './normalise/daemon-settings.ts';

type Own = Required<Pick<EngineProcess, 'files' | 'socketGroups'>>;

/**
 * The files that an engine with these settings reads and listens on, and who is in the group that it gives its sockets to;
 * each is unread where nobody could look.
 */
export async function ownOf(
  settings: DaemonSettings,
  daemonJson: string,
  door: HostFileDoor,
  { socketPaths: [own], endpoint }: Pick<EngineFacts, 'socketPaths' | 'endpoint'>,
): Promise<Own> {
  const sockets = [...new Set([...(own === undefined ? [] : [own]), ...unixSockets(settings)])];
  const named = [daemonJson, ...sockets, ...tlsPaths(settings)];
  const paths = [GROUP, PASSWD, ...named.filter((one) => one.startsWith('/'))];
  try {
    return await door.look({ paths, dataRoot: null }, async (window) => {
      const files = createHostFileReader({ door, window, asked: paths, ownersUnread: null });
      return {
        files: {
          'daemon-json': [await files.examine(daemonJson)],
          'engine-socket': await presentFiles(files, sockets),
          ...(await tlsFiles(read(settings), endpoint.isMutualTls, files)),
        },
        socketGroups: await readSocketGroups([groupIn(settings)], files),
      };
    });
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    const lost = (...some: string[]): HostFileFact[] =>
      some.map((path) => ({ path, state: 'unread', reason: error.message }));
    const tls = lost(...tlsPaths(settings));
    return {
      files: {
        ...{ 'daemon-json': lost(daemonJson), 'engine-socket': lost(...sockets) },
        ...{ 'tls-ca': tls, 'tls-cert': tls, 'tls-key': tls },
      },
      socketGroups: unread(error.message),
    };
  }
}

const GROUP = '/etc/group';
const PASSWD = '/etc/passwd';

/** An engine gives its socket to `docker` unless it was told otherwise. */
export const groupIn = ({ socketGroup }: DaemonSettings): string => socketGroup ?? 'docker';

/** Who is in groups that are named or numbered so, each once, by the accounts of the host. */
export async function readSocketGroups(
  names: readonly string[],
  files: HostFileReader,
): Promise<Reading<SocketGroup[]>> {
  const [group, passwd] = await Promise.all([files.textOf(GROUP), files.textOf(PASSWD)]);
  if (group.state === 'unread') return group;
  if (passwd.state === 'unread') return passwd;
  const [groups, users] = [group.value ?? '', passwd.value ?? ''];
  return read([...new Set(names)].map((name) => socketGroup(name, groups, users)));
}

/** The time of a start is told in whole seconds. */
const ROUNDING_NS = 1_000_000_000n;

/**
 * What an engine was told when it started: by its command line, and by the daemon.json that this names.
 * A file that was changed since is a gap, as is one that could not be read.
 */
export async function settingsOfEngine(
  { program, configFile, options, startedAt }: RunningEngine,
  door: HostFileDoor,
  engine: EngineFacts,
): Promise<DaemonSettings> {
  const path = configFile ?? defaultDaemonJson;
  const said = (json: string | null, gaps: string[]): DaemonSettings => {
    const sources = [COMMAND_LINE, ...(json === null ? [] : [path])];
    const command = { settings: options, daemonJson: path, program, gaps };
    return daemonSettings(json, command, sources, engine);
  };
  try {
    const json = await jsonAtStart(path, startedAt, door);
    return json.state === 'changed' ? said(null, [json.reason]) : said(json.text, []);
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    return said(null, [`${path}: ${error.message}`]);
  }
}

/** The text of daemon.json, null without one, unless it is younger than the engine. */
async function jsonAtStart(
  path: string,
  startedAt: string | null,
  door: HostFileDoor,
): Promise<{ state: 'kept'; text: string | null } | { state: 'changed'; reason: string }> {
  const found = await door.lookInto([path], async ({ shown, itself }) =>
    shown.includes(path) ? itself(path) : null,
  );
  if (found === null) return { state: 'kept', text: null };
  if (startedAt === null)
    return { state: 'changed', reason: 'when the engine started is not known' };
  const start = BigInt(Date.parse(startedAt)) * 1_000_000n;
  if (found.modifiedNs > start + ROUNDING_NS) {
    return { state: 'changed', reason: changedSince(path) };
  }
  const text = await door.look({ paths: [path], dataRoot: null }, ({ textOf }) => textOf(path));
  return { state: 'kept', text };
}

/** Where an engine writes its number as it starts, unless it is told otherwise. */
const PID_FILE = '/var/run/docker.pid';

/**
 * Why the files of these settings may be younger than the engine that answers: it has written its number in a file since it
 * read them. Null where all of them are older than that. Rejects with `OutsideError`.
 */
export async function whyMaybeYounger(
  { sources, pidFile }: DaemonSettings,
  door: HostFileDoor,
): Promise<string | null> {
  const written = pidFile || PID_FILE;
  const paths = [...new Set([written, ...sources])].filter((path) => path.startsWith('/'));
  return door.lookInto(paths, async ({ shown, itself }) => {
    const timeOf = async (path: string) =>
      shown.includes(path) ? ((await itself(path))?.modifiedNs ?? null) : null;
    const start = await timeOf(written);
    if (start === null) return `when the engine started is not known: it has no ${written}`;
    for (const path of sources) {
      const changed = await timeOf(path);
      if (changed === null || changed > start) return changedSince(path);
    }
    return null;
  });
}

const changedSince = (path: string): string => `${path} was changed after the engine had started`;

type TlsRole = 'tls-ca' | 'tls-cert' | 'tls-key';

/** The setting that names each, and where dockerd looks when TLS is on and no path is given: `~/.docker` of root. */
const TLS_FILES = [
  { role: 'tls-ca', setting: 'tlsCaPath', byDefault: '/root/.docker/ca.pem' },
  { role: 'tls-cert', setting: 'tlsCertPath', byDefault: '/root/.docker/cert.pem' },
  { role: 'tls-key', setting: 'tlsKeyPath', byDefault: '/root/.docker/key.pem' },
] as const satisfies { role: TlsRole; setting: keyof DaemonSettings; byDefault: string }[];

const hasTls = ({ usesTls, verifiesClients }: DaemonSettings): boolean =>
  usesTls === true || verifiesClients === true;

/** Where these files are that the settings name, or that are there by default. */
const tlsPaths = (settings: DaemonSettings): string[] =>
  TLS_FILES.flatMap(
    ({ setting, byDefault }) => settings[setting] ?? (hasTls(settings) ? byDefault : []),
  );

/**
 * The files of the engine's own TLS listener; empty when neither the settings nor the connection
 * (`isTlsProven`) say that there is one.
 */
export async function tlsFiles(
  settings: Reading<DaemonSettings>,
  isTlsProven: boolean,
  files: HostFileReader,
): Promise<Record<TlsRole, HostFileFact[]>> {
  const fileOf = async ({
    role,
    setting,
    byDefault,
  }: (typeof TLS_FILES)[number]): Promise<HostFileFact[]> => {
    if (settings.state === 'unread') return [nameless(role, settings.reason)];
    const path = settings.value[setting];
    if (path !== null) {
      return path.startsWith('/')
        ? [await files.examine(path)]
        : [nameless(path, "is relative to the engine's own folder, which is not known")];
    }
    if (hasTls(settings.value)) return [await files.examine(byDefault)];
    const reason = 'the engine uses TLS, but no setting that was seen names the file';
    return isTlsProven ? [nameless(role, reason)] : [];
  };
  const [ca, certificate, key] = TLS_FILES;
  return {
    'tls-ca': await fileOf(ca),
    'tls-cert': await fileOf(certificate),
    'tls-key': await fileOf(key),
  };
}

const nameless = (path: string, reason: string): HostFileFact => ({
  path,
  state: 'unread',
  reason,
});
