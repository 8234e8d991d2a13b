import { isNativeError } from 'node:util/types';
import { type ErrorCode, OutsideError } from '../shared/errors.ts';
import { limits } from './limits.ts';
import { tlsFailure } from './tls-failure.ts';

const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection',
  ENOENT: 'has no such socket',
  ENOTDIR: 'has no such socket',
  ENOTFOUND: 'is a name that could not be resolved',
  EAI_AGAIN: 'is a name that could not be resolved at the moment',
  EHOSTUNREACH: 'has no route to it',
  ENETUNREACH: 'has no route to it',
  EACCES: 'may not be opened by this user',
  EPERM: 'may not be opened by this user',
};

const codeOf = (error: unknown): string | null =>
  isNativeError(error) && 'code' in error && typeof error.code === 'string' ? error.code : null;

/** What an error of a library says; the text of anything else. */
export const messageOf = (error: unknown): string =>
  isNativeError(error) ? error.message : String(error);

/** True when the connection ended under us, as a kept-alive one does when its time is up. */
export const isBrokenConnection = (error: unknown): boolean =>
  ['ECONNRESET', 'EPIPE', 'ESSHCUT'].includes(codeOf(error) ?? '');

/**
 * Names a failure of node's sockets, TLS, HTTP parser or of ssh, for the engine at `url`. What is
 * none of these is our own bug and is thrown on unchanged.
 */
export function toOutsideError(error: unknown, url: string): OutsideError {
  if (error instanceof OutsideError) return error;
  const code = codeOf(error);
  if (code === null) throw error;

  const name = (outside: ErrorCode, detail: string, isRetryable: boolean) =>
    new OutsideError(outside, detail, { isRetryable, cause: error });
  const known = UNREACHABLE[code];
  if (known) return name('engine-unreachable', `${url} ${known} (${code})`, true);
  if (code === 'ETIMEDOUT') return name('engine-timeout', `${url} did not connect (${code})`, true);
  const text = `${url}: ${shorten(messageOf(error))}`;
  if (code === 'ESSHCUT') return name('engine-cut', text, true);
  if (isBrokenConnection(error) || code === 'ERR_STREAM_PREMATURE_CLOSE') {
    return name('engine-cut', `${url} closed the connection (${code})`, true);
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    return name('engine-answer-too-large', `${url} sent headers without end`, false);
  }
  if (code.startsWith('HPE_')) {
    return name('engine-invalid-answer', `${url} does not speak HTTP (${code})`, false);
  }
  const tls = tlsFailure(code, messageOf(error));
  if (tls) return name('engine-unreachable', `${url} ${tls} (${code})`, false);
  return name('engine-unreachable', text, false);
}

/** One line of at most 200 characters from untrusted text. */
export function shorten(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  const { messageCharacters } = limits;
  return line.length > messageCharacters ? `${line.slice(0, messageCharacters - 1)}…` : line;
}
