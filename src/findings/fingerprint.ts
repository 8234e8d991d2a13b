import { containerKey } from '../rules/container-key.ts';
import type { ImageFacts } from '../snapshot/facts/image.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { RuleResult, Subject } from './result.ts';

const noServices = { composeProject: null, composeService: null, swarmService: null } as const;

/** Kinds of which a host has one at most. */
const singular = ['engine', 'swarm', 'host'] as const;

/**
 * Stable name of a subject across scans: compose project and service, swarm service, or container
 * name before any id; an image's first tag before its id. Redeployments keep it.
 */
export function subjectKeys(snapshot: Snapshot): (subject: Subject) => string {
  const keys = new Map<string, string>();
  if (snapshot.containers.state === 'read') {
    const { read, unread } = snapshot.containers.value;
    for (const container of read) keys.set(container.id, containerKey(container));
    for (const { services = noServices, ...container } of unread) {
      keys.set(container.id, containerKey({ ...services, ...container }));
    }
  }
  if (snapshot.images.state === 'read') {
    for (const image of snapshot.images.value.read) keys.set(image.id, imageKey(image));
  }
  return (subject) => {
    if (singular.some((kind) => kind === subject.kind)) return subject.kind;
    return keys.get(subject.id) ?? (subject.name || subject.id);
  };
}

function imageKey(image: ImageFacts): string {
  return image.tags[0] ?? image.id;
}

/**
 * Identity of a finding on one host, the same in every scan: 16 hex digits over rule, kind and key.
 * It needs to be stable and short to type, not secret, so FNV-1a in 64 bits is enough
 * (http://www.isthe.com/chongo/tech/comp/fnv/).
 */
export function fingerprintOf(result: Pick<RuleResult, 'rule' | 'subject'>, key: string): string {
  const text = JSON.stringify([result.rule, result.subject.kind, key]);
  // In halves: there are thousands, and a BigInt of each step would be garbage.
  let [high, low] = [0xcbf29ce4, 0x84222325];
  for (const byte of utf8.encode(text)) {
    const mixed = (low ^ byte) >>> 0;
    // Times 2^40 + 0x1b3.
    const product = mixed * 0x1b3;
    low = product >>> 0;
    high = (high * 0x1b3 + (product - low) / 2 ** 32 + ((mixed << 8) >>> 0)) >>> 0;
  }
  return [high, low].map((half) => half.toString(16).padStart(8, '0')).join('');
}

const utf8 = new TextEncoder();
