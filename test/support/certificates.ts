import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Paths of PEM files. */
export interface Authority {
  ca: string;
  /** Makes a certificate for `127.0.0.1` that the authority vouches for. */
  issue(name: string): { cert: string; key: string };
}

/** A certificate authority in `folder`, made with openssl. */
export function makeAuthority(folder: string, name: string): Authority {
  const path = (file: string) => join(folder, `${name}-${file}`);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const ca = path('ca.pem');
  const caKey = path('ca.key');
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    caKey,
    '-out',
    ca,
    '-subj',
    `/CN=${name}`,
    '-days',
    '2',
  );

  return {
    ca,
    issue(subject) {
      const cert = path(`${subject}.pem`);
      const key = path(`${subject}.key`);
      const request = path(`${subject}.csr`);
      const extensions = path(`${subject}.ext`);
      writeFileSync(extensions, 'subjectAltName = IP:127.0.0.1\n');
      openssl('req', ...newKey, '-keyout', key, '-out', request, '-subj', `/CN=${subject}`);
      openssl(
        ...['x509', '-req', '-in', request, '-CA', ca, '-CAkey', caKey, '-CAcreateserial'],
        ...['-out', cert, '-days', '2', '-extfile', extensions],
      );
      return { cert, key };
    },
  };
}
