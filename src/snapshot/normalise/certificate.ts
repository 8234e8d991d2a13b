const PEM = /-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/g;

const SEQUENCE = 0x30;
const VERSION = 0xa0;
const UTC_TIME = 0x17;

interface Element {
  tag: number;
  content: Uint8Array;
}

/**
 * ISO time from which on the oldest certificate of a PEM text is valid (RFC 5280, `notBefore`); null
 * when there is no certificate in it or one cannot be read.
 */
export function certificatesValidFrom(pem: string): string | null {
  const times = [...pem.matchAll(PEM)].map(([, base64 = '']) => validFrom(base64));
  const known = times.filter((time) => time !== null).sort();
  return known.length === times.length ? (known[0] ?? null) : null;
}

function validFrom(base64: string): string | null {
  const [certificate] = elements(decode(base64));
  const [toBeSigned] = elements(contentOf(certificate));
  const fields = elements(contentOf(toBeSigned));
  // The version stands first and may be left out; serial number, algorithm and issuer follow.
  const validity = fields[fields[0]?.tag === VERSION ? 4 : 3];
  const [notBefore] = elements(contentOf(validity));
  return notBefore ? isoTimeOf(notBefore) : null;
}

const contentOf = (element: Element | undefined): Uint8Array =>
  element?.tag === SEQUENCE ? element.content : new Uint8Array();

/** The elements of a DER sequence, as far as they are whole. */
function elements(bytes: Uint8Array): Element[] {
  const found: Element[] = [];
  let at = 0;
  while (at + 2 <= bytes.length) {
    const tag = bytes[at] ?? 0;
    const first = bytes[at + 1] ?? 0;
    const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
    if (lengthBytes > 4) break;
    const start = at + 2 + lengthBytes;
    const written = bytes.subarray(at + 2, start);
    const length = lengthBytes === 0 ? first : written.reduce((sum, byte) => sum * 256 + byte, 0);
    if (start + length > bytes.length) break;
    found.push({ tag, content: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return found;
}

/** `YYMMDDHHMMSSZ` means 1950 to 2049; the other form has the whole year. */
function isoTimeOf({ tag, content }: Element): string | null {
  const written = String.fromCharCode(...content);
  const century = tag !== UTC_TIME ? '' : Number(written.slice(0, 2)) < 50 ? '20' : '19';
  const digits = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(century + written);
  if (!digits) return null;
  const [, year, month, day, hour, minute, second] = digits;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
}

function decode(base64: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64.replaceAll(/\s/g, '')), (byte) => byte.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}
