import type { EngineFacts } from '../facts/engine.ts';
import type { DaemonSettings } from '../facts/host-files.ts';
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
import { parseDaemonFlags } from './daemon-flags.ts';
import { withoutCredentials } from './engine.ts';
import { settingsOwner } from './settings-owner.ts';
import { commandWords, expandWord, unitValues } from './unit-file.ts';

export const defaultDaemonJson = '/etc/docker/daemon.json';

/** The command that a service runs, as far as its unit tells. */
export interface ServiceCommand {
  settings: Readonly<Record<string, unknown>>;
  /** Path of the daemon.json in use. */
  daemonJson: string;
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
    return { settings: {}, daemonJson: defaultDaemonJson, gaps };
  }
  const words = commandWords(command).flatMap((word) => expandWord(word, environment));
  const { settings, configFile } = parseDaemonFlags(words.slice(1));
  return {
    settings,
    daemonJson: configFile ?? defaultDaemonJson,
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
    hosts: optional('hosts', (found) => list(found).map((one) => withoutCredentials(text(one)))),
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
    cgroupParent: optional('cgroup-parent', text),
  };
}

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
