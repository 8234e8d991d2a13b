import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Core } from './core.ts';
import type { ApiCall } from './journal.ts';
import { replyWithFaults, textReply } from './reply.ts';
import type { StoredFile } from './state.ts';

/** Bytes of all files together. */
const filesBytesMax = 100_000_000;

async function readContent(contentType: string, body: Buffer): Promise<Buffer> {
  if (!contentType.startsWith('multipart/form-data')) return body;
  const form = await new Response(new Uint8Array(body), {
    headers: { 'content-type': contentType },
  }).formData();
  for (const value of form.values()) {
    if (typeof value !== 'string') return Buffer.from(await value.arrayBuffer());
  }
  return Buffer.alloc(0);
}

const signatures: readonly (readonly [type: string, start: string])[] = [
  ['image/png', '89504e470d0a1a0a'],
  ['image/jpeg', 'ffd8ff'],
  ['image/gif', '47494638'],
];

/** Media type of a file that is a picture Slack shows, by its first bytes; null for any other. */
export function imageType({ content }: Pick<StoredFile, 'content'>): string | null {
  const start = content?.subarray(0, 8).toString('hex') ?? '';
  return signatures.find(([, signature]) => start.startsWith(signature))?.[0] ?? null;
}

const noToken = () => undefined;

/** The file that an upload address was given out for; each address works once. */
export const findUpload = ({ state }: Core, key: string): StoredFile | undefined =>
  state.files.get(state.uploads.get(key) ?? '');

/** Takes the bytes of a file at its upload address, raw or as multipart form. */
export async function receiveUpload(
  core: Core,
  key: string,
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
): Promise<void> {
  const { state, journal, faults, scheduler } = core;
  const content = await readContent(request.headers['content-type'] ?? '', body);
  const file = findUpload(core, key);
  const args = { file: file?.id, bytes: content.length };
  const call: ApiCall = {
    method: 'upload',
    arguments: args,
    answer: null,
    status: null,
    at: scheduler.now(),
  };
  journal.addCall(call, 0);
  const context = { faults, scheduler, call, channel: undefined, revokeToken: noToken };
  await replyWithFaults(response, context, () => {
    if (!file) return textReply('not found', 404);
    state.uploads.delete(key);
    file.content = content;
    dropOldest(state);
    return textReply(`OK - ${content.length}`);
  });
}

/** Files that were there first make room for new ones. */
function dropOldest({ files }: Core['state']): void {
  const held = [...files.values()].filter(({ content }) => content !== null);
  let bytes = held.reduce((sum, { content }) => sum + (content?.length ?? 0), 0);
  for (const file of held) {
    if (bytes <= filesBytesMax) return;
    bytes -= file.content?.length ?? 0;
    files.delete(file.id);
  }
}

/** Sends a file's bytes to a bot token with `files:read`. */
export function sendFile(
  core: Core,
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const value = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const token = core.state.tokens.get(value);
  const file = core.state.files.get(id);
  if (!token || token.isRevoked || !token.scopes.has('files:read')) {
    response.writeHead(403).end();
    return;
  }
  if (!file?.isComplete) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'content-type': 'application/octet-stream' });
  response.end(file.content);
}
