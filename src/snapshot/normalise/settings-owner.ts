import { table } from '../../shared/table.ts';
import type { EngineFacts } from '../facts/engine.ts';
import type { SettingsOwner } from '../facts/host-files.ts';
import { askedDataRoot } from '../user-mapping.ts';

type Value = string | boolean;

interface Echo {
  /** What an engine does that is told nothing. */
  byDefault: Value;
  /** What `/info` says; null where it says nothing. */
  told: (engine: EngineFacts) => Value | null;
  /** `/info` may write the same in another way, so another value contradicts nothing. */
  isLoose?: true;
}

/** Settings that `/info` says too, by their name in daemon.json. */
const ECHOES = table<Echo>({
  'data-root': {
    byDefault: '/var/lib/docker',
    told: askedDataRoot,
    // The engine follows symlinks.
    isLoose: true,
  },
  debug: { byDefault: false, told: ({ isDebug }) => isDebug },
  'default-runtime': { byDefault: 'runc', told: ({ defaultRuntime }) => defaultRuntime || null },
  experimental: { byDefault: false, told: ({ isExperimental }) => isExperimental },
  'live-restore': { byDefault: false, told: ({ hasLiveRestore }) => hasLiveRestore },
  'log-driver': { byDefault: 'json-file', told: ({ loggingDriver }) => loggingDriver },
  'no-new-privileges': {
    byDefault: false,
    told: ({ hasNoNewPrivilegesDefault }) => hasNoNewPrivilegesDefault,
  },
  'seccomp-profile': { byDefault: 'builtin', told: ({ seccompProfile }) => seccompProfile },
  'userns-remap': { byDefault: false, told: ({ remapsUsers }) => remapsUsers },
});

/**
 * Compares what the files say with what the engine that answers says of itself. Only a value that no
 * engine has by itself shows that a file is its own: two engines that are told nothing look alike.
 */
export function settingsOwner(
  daemonJson: Readonly<Record<string, unknown>>,
  commandLine: Readonly<Record<string, unknown>>,
  engine: EngineFacts,
  isCommandComplete: boolean,
): SettingsOwner {
  const owner: SettingsOwner = {
    inDaemonJson: Object.keys(daemonJson).filter((name) => !Object.hasOwn(commandLine, name)),
    daemonJsonEchoes: [],
    commandLineEchoes: [],
    contradicted: [],
  };
  for (const [name, { byDefault, told, isLoose }] of ECHOES) {
    const actual = told(engine);
    if (actual === null) continue;
    const isFlag = Object.hasOwn(commandLine, name);
    const written = isFlag ? commandLine[name] : daemonJson[name];
    const said = written === undefined || written === '' ? byDefault : saidValue(name, written);
    if (said !== actual) {
      const mayBeUnseen = written === undefined && !isCommandComplete;
      if (!isLoose && !mayBeUnseen) owner.contradicted.push(name);
    } else if (actual !== byDefault) {
      (isFlag ? owner.commandLineEchoes : owner.daemonJsonEchoes).push(name);
    }
  }
  return owner;
}

/** Any user to map to is a mapping. */
const saidValue = (name: string, written: unknown): unknown =>
  name === 'userns-remap' ? written !== '' : written;
