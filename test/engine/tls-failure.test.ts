import { tlsFailure, toOutsideError } from '../../src/engine/failures.ts';

/** As node 24 with OpenSSL 3.5 reports them. */
const line = (said: string) =>
  `write EPROTO C062D000C87F0000:error:0A000412:SSL routines:ssl3_read_bytes:${said}`;

it.each([
  [
    'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
    line('tlsv13 alert certificate required:../deps/x.c:918:SSL alert number 116'),
    'demands a certificate; set tls.cert and tls.key',
  ],
  [
    'EPROTO',
    line('ssl/tls alert bad certificate:../deps/x.c:918:SSL alert number 42'),
    'does not accept the certificate in tls.cert',
  ],
  [
    'EPROTO',
    line('tlsv1 alert protocol version:../deps/x.c:918:SSL alert number 70'),
    'speaks no version of TLS that Seawall does',
  ],
  ['EPROTO', line('wrong version number:../deps/x.c:77:'), 'does not speak TLS on this port'],
  ['EPROTO', line('x:SSL alert number 80'), 'ended the TLS handshake with alert 80'],
  ['ERR_SSL_BAD_EXTENSION', line('bad extension:'), 'broke the TLS handshake'],
  ['CERT_HAS_EXPIRED', 'certificate has expired', 'shows a certificate that has expired'],
  ['ECONNREFUSED', 'connect ECONNREFUSED', null],
])('says of %s without a line of OpenSSL', (code, message, expected) => {
  expect(tlsFailure(code, message)).toBe(expected);
});

const url = 'ssh://ops@web-1';

it.each([
  ['Host key verification failed.', /Connect once by hand/],
  ['WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!', /ssh-keygen -R/],
  ['ops@web-1: Permission denied (publickey).', /a key that this host takes/],
  ['spawn ssh ENOENT', /Install the OpenSSH client/],
  ['dial unix /var/run/docker.sock: connect: permission denied', /its user may ask it/],
])('says what to do where ssh says %s', (said, remedy) => {
  const failure = toOutsideError(Object.assign(new Error(said), { code: 'ESSH' }), url);

  expect(failure).toMatchObject({ code: 'engine-unreachable', detail: `${url}: ${said}` });
  expect(failure.remedy).toMatch(remedy);
});

it('claims to know no more of ssh than it says', () => {
  const said = Object.assign(new Error('Connection refused'), { code: 'ESSH' });

  expect(toOutsideError(said, url).remedy).toBeNull();
});
