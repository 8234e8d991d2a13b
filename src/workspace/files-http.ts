import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Core } from './core.ts';
import type { ApiCall } from './journal.ts';
import { replyWithFaults, textReply } from './reply.ts';
import type { StoredFile } from './state.ts';

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
  const fileId = state.uploads.get(key);
  const args = { file: fileId, bytes: content.length };
  const call: ApiCall = {
    method: 'upload',
    arguments: args,
    answer: null,
    status: null,
    at: scheduler.now(),
  };
  journal.calls.push(call);
  const context = { faults, scheduler, call, channel: undefined, revokeToken: noToken };
  await replyWithFaults(response, context, () => {
    const file = state.files.get(fileId ?? '');
    if (!file) return textReply('not found', 404);
    state.uploads.delete(key);
    file.content = content;
    return textReply(`OK - ${content.length}`);
  });
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
