import { withoutUserinfo } from '../../shared/mask-secrets.ts';
import { table } from '../../shared/table.ts';
import type { EngineFacts } from '../facts/engine.ts';
import type { DaemonSettings, OwnPath, OwnUse } from '../facts/host-files.ts';
import {
  count,
  entries,
  type Foreign,
  field,
  flag,
  foreign,
  isAbsent,
  list,
  text,
  wrongShape,
} from '../foreign.ts';
import { goBoolean } from './go-boolean.ts';
import { normaliseHostPath } from './host-path.ts';
import { settingsOwner } from './settings-owner.ts';
import { commandWords, expandWord, unitValues } from './unit-file.ts';

export const defaultDaemonJson = '/etc/docker/daemon.json';

/** The command that a service runs, as far as its unit tells. */
export interface ServiceCommand {
  settings: Readonly<Record<string, unknown>>;
  /** Path of the daemon.json in use. */
  daemonJson: string;
  /** The program as it was started; null where that is not known. */
  program: string | null;
  gaps: string[];
}

/**
 * Reads `ExecStart` from the texts of docker.service and of its drop-ins; none: no unit was found.
 * `environment` is what its environment files set.
 */
export function serviceCommand(
  texts: readonly string[],
  environment: ReadonlyMap<string, string>,
): ServiceCommand {
  const [command] = unitValues(texts, 'ExecStart').slice(-1);
  if (command === undefined) {
    const gaps = ['there is no docker.service, so the command line of the engine is not known'];
    return { settings: {}, daemonJson: defaultDaemonJson, program: null, gaps };
  }
  const words = commandWords(command).flatMap((word) => expandWord(word, environment));
  const { settings, configFile } = parseDaemonFlags(words.slice(1));
  return {
    settings,
    daemonJson: configFile ?? defaultDaemonJson,
    // Before it stands how systemd starts it (systemd.service(5)).
    program: words[0]?.replace(/^[-@:+!|]+/, '') ?? null,
    gaps: [],
  };
}

/**
 * Settings of daemon.json (`json`, null without the file) and the command line together: the engine
 * does not start when both say the same. Throws `OutsideError` for what is not JSON or has another
 * shape than dockerd reads.
 */
export function daemonSettings(
  json: string | null,
  command: ServiceCommand,
  sources: readonly string[],
  engine: EngineFacts,
): DaemonSettings {
  const written = json === null ? {} : recordOf(parseJson(json));
  const settings = foreign('daemon.json', { ...written, ...command.settings });
  const optional = <T>(name: string, read: (found: Foreign) => T): T | null => {
    const found = field(settings, name);
    return isAbsent(found) ? null : read(found);
  };
  return {
    sources: [...sources],
    gaps: [...command.gaps],
    owner: settingsOwner(written, command.settings, engine, command.gaps.length === 0),
    hosts: optional('hosts', (found) => list(found).map((one) => withoutUserinfo(text(one)))),
    usesTls: optional('tls', flag),
    verifiesClients: optional('tlsverify', flag),
    tlsCaPath: optional('tlscacert', text),
    tlsCertPath: optional('tlscert', text),
    tlsKeyPath: optional('tlskey', text),
    socketGroup: optional('group', text),
    logLevel: optional('log-level', text),
    isDebug: optional('debug', flag),
    defaultUlimits: optional('default-ulimits', ulimits),
    allowsInterContainerTraffic: optional('icc', flag),
    managesIptables: optional('iptables', flag),
    managesIp6tables: optional('ip6tables', flag),
    usesUserlandProxy: optional('userland-proxy', flag),
    allowsDirectRouting: optional('allow-direct-routing', flag),
    cgroupParent: optional('cgroup-parent', text),
    pidFile: optional('pidfile', text),
    ownPaths: [
      ...ownPaths('program', command.program),
      ...ownPaths('program', optional('userland-proxy-path', text)),
      ...ownPaths('init', optional('init-path', text)),
      ...ownPaths('state', optional('exec-root', text), optional('data-root', text)),
      ...ownPaths(
        'devices',
        ...(optional('cdi-spec-dirs', (found) => list(found).map(text)) ?? []),
      ),
      ...ownPaths('seccomp', optional('seccomp-profile', text)),
    ],
  };
}

/** Those that name a file or folder by itself; others are words, or looked up in the engine's own folder. */
const ownPaths = (use: OwnUse, ...paths: readonly (string | null)[]): OwnPath[] =>
  paths.flatMap((path) => (path?.startsWith('/') ? [{ path: normaliseHostPath(path), use }] : []));

function parseJson(json: string): Foreign {
  try {
    return foreign('daemon.json', JSON.parse(json));
  } catch {
    // The parser's own message would quote the text.
    throw wrongShape(foreign('daemon.json', json), 'JSON');
  }
}

const recordOf = (found: Foreign): Record<string, unknown> =>
  Object.fromEntries(entries(found).map(([name, { value }]) => [name, value]));

const ulimits = (found: Foreign): NonNullable<DaemonSettings['defaultUlimits']> =>
  entries(found).map(([name, limit]) => ({
    name,
    soft: count(field(limit, 'Soft')),
    hard: count(field(limit, 'Hard')),
  }));

/** Settings of dockerd that are read, by their name in daemon.json, with the kind of their value. */
const KINDS = {
  hosts: 'list',
  tls: 'flag',
  tlsverify: 'flag',
  tlscacert: 'text',
  tlscert: 'text',
  tlskey: 'text',
  group: 'text',
  'log-level': 'text',
  debug: 'flag',
  'default-ulimits': 'ulimits',
  icc: 'flag',
  iptables: 'flag',
  ip6tables: 'flag',
  'userland-proxy': 'flag',
  'allow-direct-routing': 'flag',
  'cgroup-parent': 'text',
  pidfile: 'text',
  'userland-proxy-path': 'text',
  'init-path': 'text',
  'exec-root': 'text',
  'cdi-spec-dirs': 'list',
  // Only to compare them with what the engine says of itself.
  'data-root': 'text',
  'default-runtime': 'text',
  experimental: 'flag',
  'live-restore': 'flag',
  'log-driver': 'text',
  'no-new-privileges': 'flag',
  'seccomp-profile': 'text',
  'userns-remap': 'text',
} as const;

/** Options that are spelt differently on the command line, and the one that daemon.json lacks. */
const OPTION_NAMES = table<string>({
  host: 'hosts',
  H: 'hosts',
  p: 'pidfile',
  D: 'debug',
  l: 'log-level',
  G: 'group',
  g: 'data-root',
  graph: 'data-root',
  'default-ulimit': 'default-ulimits',
  'cdi-spec-dir': 'cdi-spec-dirs',
});
const CONFIG_FILE = 'config-file';

interface CommandLine {
  /** Values as daemon.json would hold them, by its names. */
  settings: Record<string, unknown>;
  /** Value of `--config-file`; null without one. */
  configFile: string | null;
}

/**
 * Reads the options of dockerd, `written` without the program. Others than those needed are passed
 * over: their values may be secrets.
 */
export function parseDaemonFlags(written: readonly string[]): CommandLine {
  const words = written.flatMap(takenApart);
  const settings: Record<string, unknown> = {};
  let configFile: string | null = null;
  for (let index = 0; index < words.length; index += 1) {
    const option = optionOf(words[index] ?? '');
    if (option === null) continue;
    const name = OPTION_NAMES.get(option.name) ?? option.name;
    const kind = kindOf(name);
    if (kind === null) continue;
    if (kind === 'flag') {
      settings[name] = option.value === null || goBoolean(option.value) === true;
      continue;
    }
    if (option.value === null) index += 1;
    const value = option.value ?? words[index] ?? '';
    if (name === CONFIG_FILE) configFile = value;
    else
      settings[name] = added(
        settings[name],
        kind,
        kind === 'list' ? withoutUserinfo(value) : value,
      );
  }
  return { settings, configFile };
}

/** Switches of one letter: `--debug`, and `--restart`, which says nothing any more. */
const SWITCHES = ['D', 'r'];

/** Behind a switch of one letter may stand others, of which the last may take a value: `-DHtcp://…` (pflag). */
function takenApart(word: string): string[] {
  const [, letter = '', rest = ''] = /^-([A-Za-z])([A-Za-z].*)$/s.exec(word) ?? [];
  return SWITCHES.includes(letter) ? [`-${letter}`, ...takenApart(`-${rest}`)] : [word];
}

type Kind = (typeof KINDS)[keyof typeof KINDS];

function kindOf(name: string): Kind | null {
  if (name === CONFIG_FILE) return 'text';
  return Object.hasOwn(KINDS, name) ? KINDS[name as keyof typeof KINDS] : null;
}

/** `--name`, `--name=value`, `-N`, `-Nvalue` or `-N=value`; null for anything else. */
function optionOf(word: string): { name: string; value: string | null } | null {
  const long = /^--([a-z][a-z0-9-]*)(?:=(.*))?$/s.exec(word);
  if (long) return { name: long[1] ?? '', value: long[2] ?? null };
  const short = /^-([A-Za-z])(?:=?(.+))?$/s.exec(word);
  return short ? { name: short[1] ?? '', value: short[2] ?? null } : null;
}

function added(earlier: unknown, kind: Kind, value: string): unknown {
  if (kind === 'text') return value;
  if (kind === 'list') return [...((earlier as string[] | undefined) ?? []), value];
  const [, name = '', soft = '', hard = soft] = /^([a-z]+)=(-?\d+)(?::(-?\d+))?$/.exec(value) ?? [];
  if (name === '') return earlier;
  const limit = { Name: name, Soft: Number(soft), Hard: Number(hard) };
  return { ...(earlier as object | undefined), [name]: limit };
}

/** Sockets on which an engine with these settings listens, beside those that systemd gives it. */
export const unixSockets = ({ hosts }: DaemonSettings): string[] =>
  (hosts ?? []).flatMap((host) => /^unix:\/\/(\/.+)$/.exec(host)?.[1] ?? []);
