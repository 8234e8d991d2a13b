import { createHash, type Hash } from 'node:crypto';

/** Of a file, as managers of packages write them. */
export interface Checksums {
  /** MD5 of dpkg, in hexadecimals. */
  md5: string;
  /** SHA-1 of apk, in base 64. */
  sha1: string;
}

/**
 * Both of these bytes. They tell a file that was replaced from the one of its package, and prove nothing against a forger.
 * Undefined where the machine does not compute them, as one in FIPS mode.
 */
export function checksumsOf(bytes: Uint8Array): Checksums | undefined {
  const [md5, sha1] = [hashOf('md5'), hashOf('sha1')];
  if (!(md5 && sha1)) return undefined;
  return { md5: md5.update(bytes).digest('hex'), sha1: sha1.update(bytes).digest('base64') };
}

function hashOf(algorithm: 'md5' | 'sha1'): Hash | undefined {
  try {
    return createHash(algorithm);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ERR_OSSL_EVP_UNSUPPORTED') throw error;
    return undefined;
  }
}
