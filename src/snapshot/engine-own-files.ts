import { OutsideError } from '../shared/errors.ts';
import { read } from '../shared/reading.ts';
import type { HostFileDoor } from './collector.ts';
import type { EngineFacts } from './facts/engine.ts';
import type { DaemonSettings, EngineFileRole, HostFileFact } from './facts/host-files.ts';
import { createHostFileReader } from './host-file-reader.ts';
import { unixSockets } from './normalise/daemon-settings.ts';
import { presentFiles } from './present-files.ts';
import { tlsFiles, tlsPaths } from './tls-files.ts';

type OwnFiles = Record<EngineFileRole, HostFileFact[]>;

/** The files that an engine with these settings reads and listens on; each is unread where nobody could look. */
export async function ownFilesOf(
  settings: DaemonSettings,
  daemonJson: string,
  door: HostFileDoor,
  { socketPaths: [own], endpoint }: Pick<EngineFacts, 'socketPaths' | 'endpoint'>,
): Promise<OwnFiles> {
  const sockets = [...new Set([...(own === undefined ? [] : [own]), ...unixSockets(settings)])];
  const paths = [daemonJson, ...sockets, ...tlsPaths(settings)].filter((one) =>
    one.startsWith('/'),
  );
  try {
    return await door.look({ paths, dataRoot: null }, async (window) => {
      const files = createHostFileReader({ door, window, asked: paths, ownersUnread: null });
      return {
        'daemon-json': [await files.examine(daemonJson)],
        'engine-socket': await presentFiles(files, sockets),
        ...(await tlsFiles(read(settings), endpoint.isMutualTls, files)),
      };
    });
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    const unread = (...some: string[]): HostFileFact[] =>
      some.map((path) => ({ path, state: 'unread', reason: error.message }));
    const tls = unread(...tlsPaths(settings));
    return {
      ...{ 'daemon-json': unread(daemonJson), 'engine-socket': unread(...sockets) },
      ...{ 'tls-ca': tls, 'tls-cert': tls, 'tls-key': tls },
    };
  }
}
