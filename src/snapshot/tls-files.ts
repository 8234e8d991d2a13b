import type { Reading } from '../shared/reading.ts';
import type { DaemonSettings, HostFileFact } from './facts/host-files.ts';
import type { HostFileReader } from './host-file-reader.ts';

type TlsRole = 'tls-ca' | 'tls-cert' | 'tls-key';

/** Where dockerd looks when TLS is on and no path is given: `~/.docker` of root. */
const DEFAULTS = {
  'tls-ca': '/root/.docker/ca.pem',
  'tls-cert': '/root/.docker/cert.pem',
  'tls-key': '/root/.docker/key.pem',
} as const satisfies Record<TlsRole, string>;

const ROLES = ['tls-ca', 'tls-cert', 'tls-key'] as const;

const pathsIn = (settings: DaemonSettings): Record<TlsRole, string | null> => ({
  'tls-ca': settings.tlsCaPath,
  'tls-cert': settings.tlsCertPath,
  'tls-key': settings.tlsKeyPath,
});

/** Where these files are that the settings name, or that are there by default. */
export const tlsPaths = (settings: DaemonSettings): string[] => {
  const named = pathsIn(settings);
  const hasTls = settings.usesTls === true || settings.verifiesClients === true;
  return ROLES.flatMap((role) => named[role] ?? (hasTls ? DEFAULTS[role] : []));
};

/**
 * The files of the engine's own TLS listener; empty when neither the settings nor the connection
 * (`isTlsProven`) say that there is one.
 */
export async function tlsFiles(
  settings: Reading<DaemonSettings>,
  isTlsProven: boolean,
  files: HostFileReader,
): Promise<Record<TlsRole, HostFileFact[]>> {
  const fileOf = async (role: TlsRole): Promise<HostFileFact[]> => {
    if (settings.state === 'unread') return [nameless(role, settings.reason)];
    const { usesTls, verifiesClients } = settings.value;
    const path = pathsIn(settings.value)[role];
    if (path !== null) {
      return path.startsWith('/')
        ? [await files.examine(path)]
        : [nameless(path, "is relative to the engine's own folder, which is not known")];
    }
    if (usesTls === true || verifiesClients === true) return [await files.examine(DEFAULTS[role])];
    const reason = 'the engine uses TLS, but no setting that was seen names the file';
    return isTlsProven ? [nameless(role, reason)] : [];
  };
  return {
    'tls-ca': await fileOf('tls-ca'),
    'tls-cert': await fileOf('tls-cert'),
    'tls-key': await fileOf('tls-key'),
  };
}

const nameless = (path: string, reason: string): HostFileFact => ({
  path,
  state: 'unread',
  reason,
});
