import type { HostDeclaration } from '../../src/ports/declarations.ts';
import type { EngineDoorFacts, SocketGuard, TriedCall } from '../../src/ports/power.ts';
import { harmlessWrites, unneededReads } from '../../src/snapshot/power-calls.ts';

type Outcome = Omit<TriedCall, 'call'>;

export const answered: Outcome = { outcome: 'answered', by: null, status: 404 };
export const refused: Outcome = { outcome: 'refused', by: 'before-engine', status: 403 };
export const refusedByPlugin: Outcome = { outcome: 'refused', by: 'engine', status: 403 };
export const unclear: Outcome = { outcome: 'unclear', by: null, status: null };

export const powerHost = (difference: Partial<HostDeclaration> = {}): HostDeclaration => ({
  name: 'web-1',
  endpoint: {
    kind: 'unix',
    url: 'unix:///var/run/docker.sock',
    isMutualTls: false,
    socketPath: '/run/docker.sock',
  },
  isDefault: true,
  labels: {},
  evidence: 'api',
  ...difference,
});

export const socketGuard = (difference: Partial<SocketGuard> = {}): SocketGuard => ({
  path: '/run/docker.sock',
  mode: 0o660,
  uid: 0,
  gid: 108,
  ownUid: 998,
  heldAs: 'group',
  ...difference,
});

/** What came of the unneeded reading calls, each in its turn; of the last one for the rest. */
export const triedReads = (...outcomes: readonly Outcome[]): TriedCall[] =>
  unneededReads.map(({ call }, i) => ({ call, ...(outcomes[i] ?? outcomes.at(-1) ?? unclear) }));

export const triedWrites = (...outcomes: readonly Outcome[]): TriedCall[] =>
  harmlessWrites.map(({ call }, i) => ({ call, ...(outcomes[i] ?? outcomes.at(-1) ?? unclear) }));

export const doorFacts = (difference: Partial<EngineDoorFacts> = {}): EngineDoorFacts => ({
  problem: null,
  needs: ['GET /info', 'GET /containers/{id}/top'],
  needed: [
    { call: 'GET /info', ...answered },
    { call: 'GET /containers/{id}/top', ...answered },
  ],
  unneeded: triedReads(answered),
  writes: null,
  socket: socketGuard(),
  ...difference,
});
