import { createHash, type Hash } from 'node:crypto';

/** Of a file, as managers of packages write them. */
export interface Checksums {
  /** MD5 of dpkg, in hexadecimals. */
  md5: string;
  /** SHA-1 of apk, in base 64. */
  sha1: string;
}

/** Checksums of bytes that come in pieces. */
export interface Summing {
  update(bytes: Uint8Array): void;
  /** Undefined where the machine does not compute them, as one in FIPS mode. */
  end(): Checksums | undefined;
}

/** Both of what comes. They tell a file that was replaced from the one of its package, and prove nothing against a forger. */
export function createChecksums(): Summing {
  const [md5, sha1] = [hashOf('md5'), hashOf('sha1')];
  return {
    update(bytes) {
      md5?.update(bytes);
      sha1?.update(bytes);
    },
    end: () => md5 && sha1 && { md5: md5.digest('hex'), sha1: sha1.digest('base64') },
  };
}

/** As `createChecksums` gives them of these bytes. */
export function checksumsOf(bytes: Uint8Array): Checksums | undefined {
  const summing = createChecksums();
  summing.update(bytes);
  return summing.end();
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
