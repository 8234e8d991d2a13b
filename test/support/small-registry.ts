import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

export interface SmallRegistry {
  /** What an engine of this machine pulls, e.g. `127.0.0.1:5000/team/app:1`. */
  reference: string;
  close(): Promise<void>;
}

const digestOf = (content: Buffer): string =>
  `sha256:${createHash('sha256').update(content).digest('hex')}`;

/** A registry (version 2 of its API) with one image of one layer, an empty archive. */
export async function openSmallRegistry(
  image: Readonly<Record<string, unknown>>,
): Promise<SmallRegistry> {
  const archive = Buffer.alloc(10_240);
  const layer = gzipSync(archive);
  const config = Buffer.from(
    JSON.stringify({
      ...{ architecture: 'amd64', os: 'linux', ...image },
      rootfs: { type: 'layers', diff_ids: [digestOf(archive)] },
    }),
  );
  const part = (mediaType: string, content: Buffer) => ({
    mediaType: `application/vnd.docker.${mediaType}`,
    ...{ size: content.length, digest: digestOf(content) },
  });
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
      config: part('container.image.v1+json', config),
      layers: [part('image.rootfs.diff.tar.gzip', layer)],
    }),
  );
  const blobs = new Map([config, layer].map((content) => [digestOf(content), content]));
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://registry');
    const blob = blobs.get(pathname.slice(pathname.lastIndexOf('/') + 1));
    const content = pathname.includes('/manifests/') ? manifest : blob;
    if (pathname !== '/v2/' && content === undefined) {
      response.writeHead(404).end();
      return;
    }
    const isManifest = content === manifest;
    response.writeHead(200, {
      'content-type': isManifest
        ? 'application/vnd.docker.distribution.manifest.v2+json'
        : 'application/octet-stream',
      'content-length': content?.length ?? 0,
      ...(isManifest && { 'docker-content-digest': digestOf(manifest) }),
    });
    response.end(request.method === 'HEAD' ? undefined : content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    reference: `127.0.0.1:${port}/team/app:1`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
