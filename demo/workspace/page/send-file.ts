import type { ServerResponse } from 'node:http';
import type { Core } from '../core.ts';
import { imageType } from '../files-http.ts';
import type { StoredFile } from '../state.ts';

/** On everything that the page is made of. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** A picture that was uploaded, for whoever sees the page: it shows what is in the messages. */
export function sendPicture(core: Core, id: string, response: ServerResponse): void {
  const file = findComplete(core, id);
  const type = file ? imageType(file) : null;
  if (!file || type === null) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { ...securityHeaders, 'content-type': type }).end(file.content);
}

/** A file to be kept and never shown, whatever it is and is called. */
export function sendDownload(core: Core, id: string, response: ServerResponse): void {
  const file = findComplete(core, id);
  if (!file) {
    response.writeHead(404).end();
    return;
  }
  response
    .writeHead(200, {
      ...securityHeaders,
      'content-type': 'application/octet-stream',
      'content-disposition': attachment(file.name),
    })
    .end(file.content);
}

function findComplete({ state }: Core, id: string): StoredFile | undefined {
  const file = state.files.get(id);
  return file?.isComplete && file.content ? file : undefined;
}

/** The header for a name from outside (RFC 6266): no folder, no control character, no quote. */
function attachment(name: string): string {
  const base = name.replace(/^.*[/\\]/s, '').toWellFormed();
  const plain = base.replace(/[^\w.-]/g, '_') || 'file';
  const encoded = encodeURIComponent(base).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
