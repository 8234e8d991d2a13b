import { type Reading, unread } from '../shared/reading.ts';
import {
  type Foreign,
  field,
  fieldWithin,
  isAbsent,
  text,
  wrongShape,
} from '../snapshot/foreign.ts';
import { PRODUCTS_MAX, parseOpenVex, type VexDocument } from './parse-openvex.ts';
import { atMost, readForeign, word } from './read-foreign.ts';
import type { VexProduct } from './vex-statement.ts';

const ENVELOPE_TYPE = 'application/vnd.in-toto+json';
const PAYLOAD_CHARACTERS = 64 * 1024 ** 2;
const SUBJECTS_MAX = 100;

/** True of an envelope of DSSE, and of a statement of in-toto, whatever is attested. */
export const isAttestation = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  ((Object.hasOwn(value, 'payloadType') && Object.hasOwn(value, 'payload')) ||
    (Object.hasOwn(value, '_type') && Object.hasOwn(value, 'predicateType')));

/**
 * The document of OpenVEX that an attestation of an image carries, https://github.com/in-toto/attestation, with or
 * without its envelope. What it says of packages it says of those in the images that are its subjects, and of no
 * others. Its signature is not looked at. Unread where it attests something else, or names no image.
 */
export function parseAttestedVex(value: unknown): Reading<VexDocument> {
  const attested = readForeign('attestation', value, (found) => {
    const statement = isAbsent(field(found, 'payload')) ? found : unpacked(found);
    const type = text(field(statement, 'predicateType'));
    if (!type.startsWith('https://openvex.dev/ns')) {
      throw wrongShape(field(statement, 'predicateType'), 'that of OpenVEX');
    }
    const images = atMost(SUBJECTS_MAX, field(statement, 'subject')).map((one) => {
      const digest = word(fieldWithin(one, 'digest', 'sha256'));
      if (!/^[0-9a-f]{64}$/.test(digest)) throw wrongShape(one, 'the digest of an image');
      return `sha256:${digest}`;
    });
    if (images.length === 0) throw wrongShape(field(statement, 'subject'), 'an image');
    return { document: field(statement, 'predicate').value, images };
  });
  if (attested.state === 'unread') return attested;
  const { document, images } = attested.value;
  const parsed = parseOpenVex(document);
  if (parsed.state === 'unread') return parsed;
  const statements = parsed.value.statements.map((statement) => ({
    ...statement,
    products: statement.products.flatMap((product) => inImages(product, images)),
  }));
  if (statements.some(({ products }) => products.length > PRODUCTS_MAX)) {
    return unread(`attestation: more than ${PRODUCTS_MAX} products in its images`);
  }
  return { ...parsed, value: { ...parsed.value, statements } };
}

const inImages = (product: VexProduct, images: readonly string[]): VexProduct[] =>
  product.image === null ? images.map((image) => ({ ...product, image })) : [product];

/** What an envelope carries. */
function unpacked(envelope: Foreign): Foreign {
  const payload = field(envelope, 'payload');
  if (text(field(envelope, 'payloadType')) !== ENVELOPE_TYPE) {
    throw wrongShape(field(envelope, 'payloadType'), `“${ENVELOPE_TYPE}”`);
  }
  const packed = text(payload);
  if (packed.length > PAYLOAD_CHARACTERS) throw wrongShape(payload, 'at most 64 MB');
  try {
    const bytes = Uint8Array.from(atob(packed), (one) => one.charCodeAt(0));
    return { ...payload, value: JSON.parse(new TextDecoder().decode(bytes)) };
  } catch {
    throw wrongShape(payload, 'JSON in base64');
  }
}
