import { tlsFailure } from '../../src/engine/failures.ts';

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
