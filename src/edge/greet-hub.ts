import { TunnelError } from '../tunnel/frames.ts';
import {
  createOpening,
  createSeal,
  isStatement,
  type KeyPair,
  readGreeting,
  readOpening,
  type Seal,
  signStatement,
  transcriptOf,
  writeGreeting,
} from '../tunnel/greeting.ts';

/** Messages of one connection, one after the other. */
export interface Messages {
  send(bytes: Buffer): Promise<void>;
  /** Rejects when the connection ends first. */
  next(): Promise<Buffer>;
}

/** What an edge says of itself, sealed, after the hub has proved who it is. */
export interface Proof {
  key: KeyPair;
  secret: string | null;
  engineId: string | null;
  version: string;
}

export type Greeted =
  | { kind: 'welcome'; host: string; seal: Seal; transcript: string }
  | { kind: 'refused'; code: string; text: string };

/**
 * Greets a hub: it has to prove that it has the key that came with the one-time key before it is told
 * anything. Rejects with `TunnelError` when it does not.
 */
export async function greetHub(
  messages: Messages,
  hubKey: string,
  { key, secret, engineId, version }: Proof,
): Promise<Greeted> {
  const own = createOpening();
  const { nonce, share } = own;
  await messages.send(writeGreeting({ nonce, share }));
  const answer = readGreeting(await messages.next());
  const ofHub = readOpening(answer);
  const transcript = transcriptOf(own, ofHub);
  if (!isStatement(answer.signature, hubKey, 'hub', transcript)) {
    throw new TunnelError('whoever answers there is not the hub that the one-time key came from');
  }
  const seal = createSeal(own, ofHub, transcript, 'edge');
  const signature = signStatement(key.privateKey, 'edge', transcript);
  const proof = { key: key.publicKey, signature, secret, engineId, version };
  await messages.send(seal.seal(writeGreeting(proof)));
  const { kind, host, code, text } = readGreeting(seal.open(await messages.next()));
  if (kind === 'welcome' && typeof host === 'string') {
    return { kind, host, seal, transcript };
  }
  return { kind: 'refused', code: String(code).slice(0, 40), text: String(text).slice(0, 300) };
}
