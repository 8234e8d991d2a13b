import { isAttestation, parseAttestedVex } from '../../src/exposure/parse-attested-vex.ts';
import { attestationOf, openVex, said, shopDigest, shopImage } from '../support/vex-documents.ts';

const statement = (difference: object = {}) =>
  attestationOf(openVex([said(), said({ products: [{ '@id': shopImage }] })]), difference);
const envelope = (carried: unknown, difference: object = {}) => ({
  payloadType: 'application/vnd.in-toto+json',
  payload: Buffer.from(JSON.stringify(carried)).toString('base64'),
  signatures: [{ keyid: '', sig: 'MEUCIQ==' }],
  ...difference,
});

it.each([
  ['a statement of in-toto', statement()],
  ['the same in an envelope', envelope(statement())],
])('takes %s for what it says of packages in its image alone', (_what, value) => {
  expect(isAttestation(value)).toBe(true);
  const parsed = parseAttestedVex(value);
  if (parsed.state === 'unread') throw new Error(parsed.reason);

  expect(parsed.value).toMatchObject({ author: 'Acme Security', refused: [] });
  expect(parsed.value.statements.map(({ products }) => products)).toEqual([
    [
      expect.objectContaining({
        package: 'pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12',
        image: shopDigest,
        trouble: null,
      }),
    ],
    // What names its image itself stays as it is.
    [expect.objectContaining({ package: null, image: shopImage })],
  ]);
});

it('says it of each of several images', () => {
  const subject = ['a', 'b'].map((one) => ({ name: one, digest: { sha256: one.repeat(64) } }));
  const parsed = parseAttestedVex(
    statement({ subject, predicate: openVex([said({ products: ['pkg:npm/lodash@4.17.20'] })]) }),
  );
  expect(parsed).toMatchObject({
    value: {
      statements: [
        {
          products: [
            { package: 'pkg:npm/lodash@4.17.20', image: `sha256:${'a'.repeat(64)}` },
            { package: 'pkg:npm/lodash@4.17.20', image: `sha256:${'b'.repeat(64)}` },
          ],
        },
      ],
    },
  });
});

it.each<[what: string, value: unknown, reason: RegExp]>([
  [
    'of where it was built',
    statement({ predicateType: 'https://slsa.dev/provenance/v1' }),
    /OpenV/,
  ],
  ['of no image', statement({ subject: [] }), /an image/],
  ['of an image by another hash', statement({ subject: [{ digest: { sha512: 'a' } }] }), /sha256/],
  ['of an image by no hash', statement({ subject: [{ digest: { sha256: 'A' } }] }), /the digest/],
  ['of another type', envelope(statement(), { payloadType: 'text/plain' }), /in-toto/],
  ['that is no JSON', envelope(statement(), { payload: 'eA==' }), /JSON in base64/],
  ['that is no base64', envelope(statement(), { payload: '%' }), /JSON in base64/],
  ['of a document that is none', statement({ predicate: {} }), /@id/],
])('refuses one %s', (_what, value, reason) => {
  const parsed = parseAttestedVex(value);
  expect(parsed).toEqual({ state: 'unread', reason: expect.stringMatching(reason) });
});

it('takes nothing else for one', () => {
  for (const value of [openVex([said()]), null, [], { payload: '' }]) {
    expect(isAttestation(value)).toBe(false);
  }
});
