import type { EdgeClaim, HubKey } from '../ports/edge-store.ts';
import { TunnelError } from '../tunnel/frames.ts';
import {
  createOpening,
  createSeal,
  isStatement,
  isWord,
  readGreeting,
  readOpening,
  type Seal,
  signStatement,
  transcriptOf,
  writeGreeting,
} from '../tunnel/greeting.ts';
import { hashSecret } from '../tunnel/one-time-key.ts';
import type { TunnelSocket } from '../tunnel/tunnel-socket.ts';

/** An edge that proved that it has the key it shows; nothing is known of that key yet. */
export interface ProvenEdge {
  claim: Omit<EdgeClaim, 'address'>;
  seal: Seal;
  transcript: string;
}

/**
 * The hub's half of a greeting: it proves itself first, then reads, sealed, who is there. Rejects with
 * `TunnelError` for whoever does not prove to have the key that he shows.
 */
export async function greetEdge(socket: TunnelSocket, hubKey: HubKey): Promise<ProvenEdge> {
  const ofEdge = readOpening(readGreeting(await socket.next()));
  const own = createOpening();
  const transcript = transcriptOf(ofEdge, own);
  const signature = signStatement(hubKey.privateKey, 'hub', transcript);
  await socket.send(writeGreeting({ nonce: own.nonce, share: own.share, signature }));
  const seal = createSeal(own, ofEdge, transcript, 'hub');
  const proof = readGreeting(seal.open(await socket.next()));
  const { key, secret = null, engineId = null, version } = proof;
  if (!isWord(key) || !isStatement(proof.signature, key, 'edge', transcript)) {
    throw new TunnelError('an edge did not prove that it has the key it shows');
  }
  return {
    claim: {
      publicKey: key,
      secretHash: secret === null ? null : hashSecret(textOf(secret, 64)),
      engineId: engineId === null ? null : textOf(engineId, 128),
      version: textOf(version, 40),
    },
    seal,
    transcript,
  };
}

/** Printable ASCII alone: versions and ids have nothing else. */
function textOf(value: unknown, most: number): string {
  if (typeof value === 'string' && value.length <= most && /^[\x21-\x7e]*$/.test(value)) {
    return value;
  }
  throw new TunnelError('a greeting has no text where one belongs');
}
