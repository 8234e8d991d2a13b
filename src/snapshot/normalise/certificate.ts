import { X509Certificate } from 'node:crypto';

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * ISO time from which on the oldest certificate of a PEM text is valid; null when there is no
 * certificate in it or one cannot be read.
 */
export function certificatesValidFrom(pem: string): string | null {
  try {
    const times = [...pem.matchAll(PEM)].map(([one]) =>
      new X509Certificate(one).validFromDate.toISOString(),
    );
    return times.sort()[0] ?? null;
  } catch {
    return null; // No certificate: a text between such lines may be anything.
  }
}
