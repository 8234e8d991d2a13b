import { createHash } from 'node:crypto';

/** Of a file, as managers of packages write them. */
export interface Checksums {
  /** MD5 of dpkg, in hexadecimals. */
  md5: string;
  /** SHA-1 of apk, in base 64. */
  sha1: string;
}

/** Both of these bytes. They tell a file that was replaced from the one of its package, and prove nothing against a forger. */
export const checksumsOf = (bytes: Uint8Array): Checksums => ({
  md5: createHash('md5').update(bytes).digest('hex'),
  sha1: createHash('sha1').update(bytes).digest('base64'),
});
