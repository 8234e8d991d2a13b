import { type Reading, read } from '../shared/reading.ts';
import { engineMajor } from '../snapshot/engine-version.ts';
import { type Evidence, engineInfo, hostFileRead } from '../snapshot/evidence.ts';
import type { EngineFacts } from '../snapshot/facts/engine.ts';
import type { DaemonSettings } from '../snapshot/facts/host-files.ts';
import { settingsOf } from '../snapshot/own-settings.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

type Started = Pick<Snapshot, 'hostFiles' | 'hostProcesses'>;
type Asked = Pick<DaemonSettings, 'hosts' | 'usesTls' | 'verifiesClients'>;

/** First version that asks for certificates where it is told to use TLS and nothing of them (moby, `loadDaemonCliConfig`). */
const FIRST_TO_VERIFY = 20;

/** Whether an engine with these settings asks whoever comes by TCP for a certificate. */
export const asksForCertificates = (
  { usesTls, verifiesClients }: Omit<Asked, 'hosts'>,
  { version }: Pick<EngineFacts, 'version'>,
): boolean =>
  verifiesClients ?? (usesTls === true && (engineMajor(version) ?? 0) >= FIRST_TO_VERIFY);

/**
 * Address of a listener that the engine itself warns about, e.g. `http://0.0.0.0:2375`: one without
 * TLS, or an https one that asks for no client certificate. The words are those of moby's
 * daemon/info.go, whose beginning and end changed over the versions.
 */
export const warnedListener = (warning: string): string | undefined =>
  /API is accessible on (https?:\/\/\S+)/.exec(warning)?.[1];

/**
 * What systemd listens on in a network for an engine that asks nobody for a certificate: `fd://` stands for whatever
 * the unit of its socket names, of which the engine warns nobody. Null where it takes no sockets from there.
 */
export function unverifiedUnitPorts(
  settings: Asked,
  engine: Pick<EngineFacts, 'version'>,
  { hostFiles }: Pick<Snapshot, 'hostFiles'>,
): Reading<string[]> | null {
  const takesSockets = settings.hosts?.some((host) => /^fd:/i.test(host));
  if (!takesSockets || asksForCertificates(settings, engine)) return null;
  const found = hostFiles.state === 'read' ? hostFiles.value.unitListeners : hostFiles;
  if (found.state === 'unread') return found;
  // A path, an abstract name, or one with a specifier; all others are a port, with an address or without.
  return read(found.value.filter((one) => !/^([/@%]|vsock:)/.test(one)));
}

/** A listener of the engine's own API that asks for no certificate. */
interface OpenListener {
  /** With its scheme, e.g. `http://0.0.0.0:2375`. */
  address: string;
  evidence: Evidence;
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
  const ofUnit = unverifiedUnitPorts(settings.value, engine, started);
  return [
    ...warned,
    // A port alone is one of both families (systemd.socket(5)).
    ...(ofUnit?.state === 'read' ? ofUnit.value : []).map((listener) => ({
      address: `${scheme}://${/^\d+$/.test(listener) ? `[::]:${listener}` : listener}`,
      evidence: hostFileRead('ListenStream', [listener]),
    })),
  ];
}
