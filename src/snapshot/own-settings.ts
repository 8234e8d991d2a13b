import { mapRead, type Reading, read, unread } from '../shared/reading.ts';
import type {
  DaemonSettings,
  HostFileFact,
  HostFileRole,
  HostFilesFacts,
  SocketGroup,
} from './facts/host-files.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * What an engine was told of some settings, by their names in daemon.json: by its own process where that
 * is known, else by the files of the host; unread where these are, and where nothing shows that they are
 * those of the engine that answers.
 */
export function settingsOf(
  { hostFiles, hostProcesses }: Pick<Snapshot, 'hostFiles' | 'hostProcesses'>,
  ...names: readonly string[]
): Reading<DaemonSettings> {
  if (hostProcesses.state === 'read' && hostProcesses.value.engine.state === 'read') {
    return read(hostProcesses.value.engine.value.settings);
  }
  return hostFiles.state === 'read' ? ownSettings(hostFiles.value.settings, names) : hostFiles;
}

interface OwnFiles extends Pick<Snapshot, 'hostProcesses'> {
  hostFiles: HostFilesFacts;
}

/**
 * The files of one role that the engine that answers has: those that its own process names where that is known, else
 * those of the settings on the disk, which are unread where `/info` says otherwise than these.
 */
export function engineFiles(
  { hostFiles, hostProcesses }: OwnFiles,
  role: HostFileRole,
): readonly HostFileFact[] {
  const engine = hostProcesses.state === 'read' ? hostProcesses.value.engine : hostProcesses;
  const own: Partial<Record<HostFileRole, HostFileFact[]>> | undefined =
    engine.state === 'read' ? engine.value.files : undefined;
  if (own?.[role] !== undefined) return own[role];
  const { settings, files } = hostFiles;
  const lost =
    hostProcesses.state === 'unread' && !hostProcesses.isLeftOut ? hostProcesses.reason : null;
  const reason = lost ?? (settings.state === 'read' ? otherSettings(settings.value) : null);
  return reason === null || !OF_SETTINGS.includes(role)
    ? files[role]
    : files[role].map(({ path }) => ({ path, state: 'unread', reason }));
}

/**
 * Who may use the sockets of the engine that answers by their groups: those that its own process was told of where that is
 * known, and that of the unit where systemd opens one for it; else those of the files.
 */
export function socketGroupsOf({ hostFiles, hostProcesses }: OwnFiles): Reading<SocketGroup[]> {
  const engine = hostProcesses.state === 'read' ? hostProcesses.value.engine : hostProcesses;
  const own = engine.state === 'read' ? engine.value.socketGroups : undefined;
  if (engine.state === 'unread' || own?.state !== 'read') return own ?? hostFiles.socketGroups;
  const isBySystemd = engine.value.settings.hosts?.some((host) => host.startsWith('fd:'));
  return isBySystemd
    ? mapRead(hostFiles.socketGroups, (groups) => {
        const others = groups.filter(({ name }) => own.value.every((one) => one.name !== name));
        return [...own.value, ...others];
      })
    : own;
}

/** What an engine finds by its settings; the others lie where they lie. */
const OF_SETTINGS: readonly HostFileRole[] = [
  ...(['daemon-json', 'engine-socket', 'tls-ca', 'tls-cert', 'tls-key'] as const),
];

/** Why settings are not those of the engine that answers; null where nothing shows that. */
export const otherSettings = ({ owner: { contradicted } }: DaemonSettings): string | null =>
  contradicted.length === 0
    ? null
    : `/info says otherwise than the files of ${contradicted.join(', ')}, so the engine that answers was started with other settings`;

/**
 * Settings of which the engine that answers shows that they are its own, unread otherwise: files on
 * the disk say nothing of an engine that somebody started in another way. `names` are those that are
 * asked for, as daemon.json has them. A command line that is the engine's answers for all; daemon.json
 * alone only for what it says itself, since an engine refuses to start with a setting in both.
 */
function ownSettings(
  settings: Reading<DaemonSettings>,
  names: readonly string[],
): Reading<DaemonSettings> {
  if (settings.state === 'unread') return settings;
  const { inDaemonJson, daemonJsonEchoes, commandLineEchoes, maybeYounger } = settings.value.owner;
  const other = otherSettings(settings.value);
  if (other !== null) return unread(other);
  if (commandLineEchoes.length + daemonJsonEchoes.length === 0) {
    return unread('nothing that /info says confirms that the files are those of this engine');
  }
  // It may have read some of a younger one anew, as `/info` then says too, and the others at its next start.
  if (maybeYounger) return unread(maybeYounger);
  if (commandLineEchoes.length > 0) return settings;
  return names.every((name) => inDaemonJson.includes(name))
    ? settings
    : unread(
        `/info confirms daemon.json by ${daemonJsonEchoes.join(', ')}, but it does not say this, and the command line is not confirmed`,
      );
}
