import { isNativeError } from 'node:util/types';
import { type ErrorCode, OutsideError } from '../shared/errors.ts';
import { foreignMessage } from '../shared/foreign-message.ts';
import { table } from '../shared/table.ts';

const UNREACHABLE = table<string>({
  ECONNREFUSED: 'refused the connection',
  ENOENT: 'has no such socket',
  ENOTDIR: 'has no such socket',
  ENOTFOUND: 'is a name that could not be resolved',
  EAI_AGAIN: 'is a name that could not be resolved at the moment',
  EHOSTUNREACH: 'has no route to it',
  ENETUNREACH: 'has no route to it',
  EACCES: 'may not be opened by this user',
  EPERM: 'may not be opened by this user',
});

const codeOf = (error: unknown): string | null =>
  isNativeError(error) && 'code' in error && typeof error.code === 'string' ? error.code : null;

/** What an error of a library says; the text of anything else. */
export const messageOf = (error: unknown): string =>
  isNativeError(error) ? error.message : String(error);

/** True when the connection ended under us, as a kept-alive one does when its time is up. */
export const isBrokenConnection = (error: unknown): boolean =>
  ['ECONNRESET', 'EPIPE', 'ESSHCUT'].includes(codeOf(error) ?? '');

/** Some servers end a greeting that they do not take without a word: one without TLS, or with a certificate of others. */
const CUT_OVER_TCP =
  'A proxy or the engine closed it; try again. If every call ends so, the port may expect TLS, or another certificate than that of tls.cert.';

/**
 * Names a failure of node's sockets, TLS, HTTP parser or of ssh, for the engine at `url`. What is
 * none of these is our own bug and is thrown on unchanged.
 */
export function toOutsideError(error: unknown, url: string): OutsideError {
  if (error instanceof OutsideError) return error;
  const code = codeOf(error);
  if (code === null) throw error;

  const name = (outside: ErrorCode, detail: string, isRetryable: boolean, remedy?: string) =>
    new OutsideError(outside, detail, { isRetryable, remedy: remedy ?? null, cause: error });
  const known = UNREACHABLE.get(code);
  if (known) return name('engine-unreachable', `${url} ${known} (${code})`, true);
  if (code === 'ETIMEDOUT') return name('engine-timeout', `${url} did not connect (${code})`, true);
  const text = `${url}: ${foreignMessage(messageOf(error))}`;
  if (code === 'ESSHCUT') return name('engine-cut', text, true);
  if (isBrokenConnection(error) || code === 'ERR_STREAM_PREMATURE_CLOSE') {
    const remedy = url.startsWith('tcp:') ? CUT_OVER_TCP : undefined;
    return name('engine-cut', `${url} closed the connection (${code})`, true, remedy);
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    return name('engine-answer-too-large', `${url} sent headers without end`, false);
  }
  if (code.startsWith('HPE_')) {
    return name('engine-invalid-answer', `${url} does not speak HTTP (${code})`, false);
  }
  if (code === 'ESSH') return name('engine-unreachable', text, false, sshRemedy(text));
  const tls = tlsFailure(code, messageOf(error));
  if (tls) return name('engine-unreachable', `${url} ${tls} (${code})`, false);
  return name('engine-unreachable', text, false);
}

/** What ssh says that leaves who reads it without a next step. */
const SSH_REMEDIES: readonly (readonly [RegExp, string])[] = [
  [
    /IDENTIFICATION HAS CHANGED/,
    'It shows another host key than before: find out why, and then remove the old one with `ssh-keygen -R`.',
  ],
  [
    /Host key verification failed/,
    'Connect once by hand as the user that runs Seawall, and compare the key.',
  ],
  [/Permission denied/, 'Give the user that runs Seawall a key that this host takes.'],
  [/spawn \S+ ENOENT/, 'Install the OpenSSH client beside Seawall.'],
  [
    /dial unix \S+: connect/,
    'ssh works: see whether the engine runs there, and its user may ask it.',
  ],
];

const sshRemedy = (text: string): string | undefined =>
  SSH_REMEDIES.find(([said]) => said.test(text))?.[1];

const BY_CODE = table<string>({
  CERT_HAS_EXPIRED: 'shows a certificate that has expired',
  CERT_NOT_YET_VALID: 'shows a certificate that is not valid yet; compare the clocks',
  CERT_REVOKED: 'shows a certificate that was revoked',
  ERR_TLS_CERT_ALTNAME_INVALID: 'shows a certificate that is not made out to this name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'shows a certificate that is not signed by the authority in tls.ca',
  SELF_SIGNED_CERT_IN_CHAIN: 'shows a certificate that is not signed by the authority in tls.ca',
  UNABLE_TO_GET_ISSUER_CERT: 'shows a certificate that is not signed by the authority in tls.ca',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'shows a certificate that is not signed by the authority in tls.ca',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'shows a certificate that is not signed by the authority in tls.ca',
  CERT_SIGNATURE_FAILURE: 'shows a certificate that another authority of that name has signed',
  ERR_OSSL_PEM_NO_START_LINE: 'cannot be asked: tls.cert or tls.key is no PEM file of its kind',
  ERR_OSSL_UNSUPPORTED: 'cannot be asked: tls.key is no key that can be read',
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: 'cannot be asked: tls.key does not belong to tls.cert',
  ERR_OSSL_BAD_DECRYPT: 'cannot be asked: tls.key has a passphrase, and nobody is there to type it',
});

const NOT_ACCEPTED = 'does not accept the certificate in tls.cert';
/** Alerts of the other side, by their number (RFC 8446, 6.2). */
const BY_ALERT = table<string>({
  40: 'ended the TLS handshake, as one does that got no certificate it takes',
  42: NOT_ACCEPTED,
  43: NOT_ACCEPTED,
  44: 'says that the certificate in tls.cert was revoked',
  45: 'says that the certificate in tls.cert has expired',
  46: NOT_ACCEPTED,
  48: 'does not know the authority of the certificate in tls.cert',
  51: NOT_ACCEPTED,
  70: 'speaks no version of TLS that Seawall does',
  116: 'demands a certificate; set tls.cert and tls.key',
});

/**
 * What failed in a plain sentence without its subject, the engine; null when it was not TLS. `message`
 * is what node says, which may be a line of OpenSSL.
 */
export function tlsFailure(code: string, message: string): string | null {
  const known = BY_CODE.get(code);
  if (known !== undefined) return known;
  if (code !== 'EPROTO' && !/^ERR_(?:OS)?SSL_/.test(code)) return null;
  const [, alert = ''] = /SSL alert number (\d{1,3})/.exec(message) ?? [];
  const told = BY_ALERT.get(alert);
  if (told !== undefined) return told;
  if (message.includes('wrong version number')) return 'does not speak TLS on this port';
  return alert === '' ? 'broke the TLS handshake' : `ended the TLS handshake with alert ${alert}`;
}
