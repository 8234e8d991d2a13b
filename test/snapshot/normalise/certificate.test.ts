import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { certificatesValidFrom } from '../../../src/snapshot/normalise/certificate.ts';
import { makeAuthority } from '../../support/certificates.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

/** Begins in 2024, as `openssl req` made it; its end is past 2050 and so in the other notation. */
const LONG_LIVED = `-----BEGIN CERTIFICATE-----
MIIBfjCCASOgAwIBAgIUI4x3PwbjTqoePfeHh23mFwMXE3IwCgYIKoZIzj0EAwIw
EzERMA8GA1UEAwwIc3dhcm0tY2EwIBcNMjQwMTAyMDMwNDA1WhgPMjA2MDAxMDIw
MzA0MDVaMBMxETAPBgNVBAMMCHN3YXJtLWNhMFkwEwYHKoZIzj0CAQYIKoZIzj0D
AQcDQgAESxPUsAuB2Ctx6YyKf3VgX6zMnAVl8jLn4WaoDm5/jOTPu3Sg1E+s6VpD
LkPik2PM3i9gMQiuoz2xu3ahtviu06NTMFEwHQYDVR0OBBYEFJUTEkrOCBuYAZXc
3j9YQUR45Bo0MB8GA1UdIwQYMBaAFJUTEkrOCBuYAZXc3j9YQUR45Bo0MA8GA1Ud
EwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIhAO+o72OtwRMT345jD1aBzw7O
vTpEoJ5sK8yt7oVsSU6TAiEA42jpqYdQJdN4OS77Ydbaj46ygYCrqE94XkBw5E0w
0AE=
-----END CERTIFICATE-----
`;

const folder = makeTemporaryFolder();

describe('the beginning of a certificate', () => {
  it('is that which node reads', () => {
    const authority = makeAuthority(folder, 'swarm-ca');
    const leaf = authority.issue('node');

    for (const path of [authority.ca, leaf.cert]) {
      const pem = readFileSync(path, 'utf8');
      const expected = new Date(new X509Certificate(pem).validFrom).toISOString();
      expect(certificatesValidFrom(pem)).toBe(expected);
    }
  });

  it('of several is the earliest', () => {
    const young = readFileSync(makeAuthority(folder, 'young').ca, 'utf8');

    expect(certificatesValidFrom(young + LONG_LIVED)).toBe('2024-01-02T03:04:05.000Z');
  });

  it.each([
    ['nothing', ''],
    ['no certificate', 'hello'],
    ['no base64', '-----BEGIN CERTIFICATE-----%%%%-----END CERTIFICATE-----'],
    ['a cut one', LONG_LIVED.replace(/\n(.{40})[\s\S]*?\n-----END/, '\n$1\n-----END')],
    ['a whole and a cut one', `${LONG_LIVED}${LONG_LIVED.replace('MII', 'AII')}`],
  ])('is unknown for %s', (_case, pem) => {
    expect(certificatesValidFrom(pem)).toBeNull();
  });
});
