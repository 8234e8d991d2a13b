import { type Reading, read, unread } from '../shared/reading.ts';
import { engineMajor } from '../snapshot/engine-version.ts';
import { commandLine, type Evidence, engineInfo, hostFileRead } from '../snapshot/evidence.ts';
import type { EngineFacts } from '../snapshot/facts/engine.ts';
import type { DaemonSettings } from '../snapshot/facts/host-files.ts';
import { settingsOf } from '../snapshot/own-settings.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

type Started = Pick<Snapshot, 'hostFiles' | 'hostProcesses'>;
type Asked = Pick<DaemonSettings, 'hosts' | 'usesTls' | 'verifiesClients' | 'tlsCaPath' | 'owner'>;

/** First version that asks for certificates where it is told to use TLS and nothing of them (moby, `loadDaemonCliConfig`). */
const FIRST_TO_VERIFY = 20;

/** Whether an engine with these settings lets in by TCP only whom a certificate of its own authority names. */
export function asksForCertificates(
  settings: Omit<Asked, 'hosts'>,
  { version }: Pick<EngineFacts, 'version'>,
): Reading<boolean> {
  const { usesTls, verifiesClients } = settings;
  const major = engineMajor(version);
  if (verifiesClients === null && usesTls === true && major === null) {
    return unread(
      `whether an engine of version ${version} that uses TLS asks for certificates is not known`,
    );
  }
  const asks = verifiesClients ?? (usesTls === true && (major ?? 0) >= FIRST_TO_VERIFY);
  return asks && !namesAuthority(settings)
    ? unread(
        'daemon.json turns TLS on and names no tlscacert: any authority may do that the host trusts',
      )
    : read(asks);
}

/** An engine that is told of TLS by its command line has an authority by default, and by daemon.json alone none (moby, `setDefaultOptions`). */
function namesAuthority({ usesTls, verifiesClients, tlsCaPath, owner }: Omit<Asked, 'hosts'>) {
  const isFlag = (name: string, value: boolean | null) =>
    value !== null && !owner.inDaemonJson.includes(name);
  const isByFlag = isFlag('tls', usesTls) || isFlag('tlsverify', verifiesClients);
  return isByFlag || (Boolean(tlsCaPath) && owner.inDaemonJson.includes('tlscacert'));
}

/**
 * Address of a listener that the engine itself warns about, e.g. `http://0.0.0.0:2375`: one without
 * TLS, or an https one that asks for no client certificate. The words are those of moby's
 * daemon/info.go, whose beginning and end changed over the versions.
 */
export const warnedListener = (warning: string): string | undefined =>
  /API is accessible on (https?:\/\/\S+)/.exec(warning)?.[1];

/**
 * What systemd listens on in a network for an engine: `fd://` stands for whatever the unit of its socket names, of which
 * the engine warns nobody. Null where it takes no sockets from there.
 */
export function unitPorts(
  { hosts }: Pick<Asked, 'hosts'>,
  { hostFiles }: Pick<Snapshot, 'hostFiles'>,
): Reading<string[]> | null {
  if (!hosts?.some((host) => /^fd:/i.test(host))) return null;
  const found = hostFiles.state === 'read' ? hostFiles.value.unitListeners : hostFiles;
  if (found.state === 'unread') return found;
  // A path, an abstract name, or one with a specifier; all others are a port, with an address or without.
  return read(found.value.filter((one) => !/^([/@%]|vsock:)/.test(one)));
}

/** Why such ports are not known; none where that is, where whoever comes is asked for a certificate, or where nobody read the settings. */
export function unreadPorts(engine: EngineFacts, started: Started): string[] {
  const settings = settingsOf(started, 'hosts', 'tlsverify');
  if (settings.state === 'unread') return [];
  const asks = asksForCertificates(settings.value, engine);
  const ports = unitPorts(settings.value, started);
  return ports?.state !== 'unread' || (asks.state === 'read' && asks.value)
    ? []
    : [`where systemd listens for the engine: ${ports.reason}`];
}

/** A listener of an engine's API that asks for no certificate, or may. */
interface OpenListener {
  /** With its scheme, e.g. `http://0.0.0.0:2375`. */
  address: string;
  evidence: Evidence;
  /** Why it is not known whether it asks for none. */
  unproven?: string;
  /** Of an engine beside the one that answers. */
  isOther?: true;
}

/** Every such listener that is known, each once: an engine warns of those that it makes itself. */
export function openListeners(engine: EngineFacts, started: Started): OpenListener[] {
  const warned = engine.warnings.flatMap((warning) => {
    const address = warnedListener(warning);
    return address === undefined ? [] : { address, evidence: engineInfo('Warnings', [warning]) };
  });
  const settings = settingsOf(started, 'hosts', 'tlsverify');
  if (settings.state === 'unread') return warned;
  // To say of certificates that none are asked for turns TLS on as well.
  const { usesTls, verifiesClients } = settings.value;
  const scheme = usesTls || verifiesClients !== null ? 'https' : 'http';
  const asks = asksForCertificates(settings.value, engine);
  if (asks.state === 'read' && asks.value) return warned;
  const ofUnit = unitPorts(settings.value, started);
  return [
    ...warned,
    // A port alone is one of both families (systemd.socket(5)).
    ...(ofUnit?.state === 'read' ? ofUnit.value : []).map((listener) => ({
      address: `${scheme}://${/^\d+$/.test(listener) ? `[::]:${listener}` : listener}`,
      evidence: hostFileRead('ListenStream', [listener]),
      ...(asks.state === 'unread' ? { unproven: asks.reason } : {}),
    })),
  ];
}

/** The same of engines of root beside the one that answers, each known by how it was started. */
export function listenersBeside(
  engine: Pick<EngineFacts, 'version'>,
  { hostProcesses }: Pick<Started, 'hostProcesses'>,
): OpenListener[] {
  const others = hostProcesses.state === 'read' ? (hostProcesses.value.otherEngines ?? []) : [];
  return others.flatMap(({ settings }) => {
    const asks = asksForCertificates(settings, engine);
    if (asks.state === 'read' && asks.value) return [];
    const hasTls = settings.usesTls || settings.verifiesClients !== null;
    return (settings.hosts ?? []).flatMap((host) => {
      const place = listenedAt(host, hasTls ? 2376 : 2375);
      if (place === null) return [];
      const address = `${hasTls ? 'https' : 'http'}://${place}`;
      const evidence = commandLine('--host', [host]);
      return { address, evidence, unproven: BY_ITS_WORD, isOther: true as const };
    });
  });
}

const BY_ITS_WORD =
  'it is of an engine beside the one that answers, and how that was started is all that is known of it';

/** Where a value of `--host` has an engine listen in a network, by its defaults (moby, `opts.ParseHost`); null for none. */
function listenedAt(host: string, usualPort: number): string | null {
  const [, scheme = 'tcp', place = ''] = /^(?:([a-z]+):\/\/)?([^/]*)/i.exec(host) ?? [];
  if (scheme.toLowerCase() !== 'tcp') return null;
  const [, name = '', port = ''] = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(place) ?? [];
  const isAny = name === '' && port !== '';
  return `${isAny ? '0.0.0.0' : name || 'localhost'}:${port || usualPort}`;
}
