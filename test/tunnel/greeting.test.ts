import {
  createKeyPair,
  createOpening,
  createSeal,
  isStatement,
  readOpening,
  signStatement,
  transcriptOf,
} from '../../src/tunnel/greeting.ts';
import { readOneTimeKey, writeOneTimeKey } from '../../src/tunnel/one-time-key.ts';

const pair = createKeyPair();
const [ofEdge, ofHub] = [createOpening(), createOpening()];
const transcript = transcriptOf(ofEdge, ofHub);

test('a signature is of one key, one statement, one connection and one new key', () => {
  const signature = signStatement(pair.privateKey, 'edge', transcript);
  expect(isStatement(signature, pair.publicKey, 'edge', transcript)).toBe(true);
  expect(isStatement(signature, pair.publicKey, 'hub', transcript)).toBe(false);
  expect(isStatement(signature, createKeyPair().publicKey, 'edge', transcript)).toBe(false);
  const next = transcriptOf(ofEdge, createOpening());
  expect(isStatement(signature, pair.publicKey, 'edge', next)).toBe(false);
  expect(isStatement(signature, pair.publicKey, 'edge', transcript, 'x')).toBe(false);
  for (const other of [undefined, null, 7, '', 'x'.repeat(86)]) {
    expect(isStatement(other, pair.publicKey, 'edge', transcript)).toBe(false);
  }
});

test('the two ends read each other, once each message, in order and unchanged', () => {
  const hub = createSeal(ofHub, ofEdge, transcript, 'hub');
  const edge = createSeal(ofEdge, ofHub, transcript, 'edge');
  const [first, second] = [hub.seal(Buffer.from('first')), hub.seal(Buffer.from('second'))];
  expect(edge.open(first).toString()).toBe('first');
  const changed = Buffer.from(second);
  changed[0] = (changed[0] ?? 0) ^ 1;

  expect(() => edge.open(changed)).toThrow('not from the other end');
  const other = createSeal(ofEdge, ofHub, transcript, 'edge');
  expect(() => other.open(second)).toThrow('not the next one');
  const again = createSeal(ofEdge, ofHub, transcript, 'edge');
  expect(again.open(first).toString()).toBe('first');
  expect(() => again.open(first)).toThrow('not the next one');
  // What a hub sent does not pass for what an edge sent.
  expect(() => createSeal(ofHub, ofEdge, transcript, 'hub').open(first)).toThrow();
});

test.each(['', 'short', 'A'.repeat(44), 7, null])('%j is no nonce', (nonce) => {
  expect(() => readOpening({ nonce, share: ofHub.share })).toThrow('no nonce');
});

test('a share that gives the same key to everybody is refused', () => {
  const share = Buffer.alloc(32).toString('base64url');
  const other = { nonce: ofHub.nonce, share };
  expect(() => createSeal(ofEdge, other, transcript, 'edge')).toThrow('cannot be used');
});

test('a one-time key is one word, and a changed prefix or a cut one is none', () => {
  const key = {
    url: 'wss://seawall.example:8443/edge',
    hubKey: pair.publicKey,
    secret: 'A'.repeat(32),
  };
  const text = writeOneTimeKey(key);
  expect(text).toMatch(/^swe1_[A-Za-z0-9_-]+$/);
  expect(readOneTimeKey(` ${text}\n`)).toEqual(key);
  for (const other of ['', 'swe1_', text.slice(5), text.slice(0, 60), `swe2_${text.slice(5)}`]) {
    expect(readOneTimeKey(other)).toBeNull();
  }
});
