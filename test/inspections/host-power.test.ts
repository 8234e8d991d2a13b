import { readFileSync } from 'node:fs';
import { hostPower, proxySocket } from '../../src/inspections/host-power.ts';
import {
  answered,
  doorFacts,
  powerHost,
  refused,
  refusedByPlugin,
  socketGuard,
  triedReads,
  triedWrites,
  unclear,
} from '../support/power-facts.ts';

const kernelNeeds = [
  'GET /info',
  'POST /containers/{id}/start',
  'DELETE /containers/{id}',
] as const;
const steps = (power: ReturnType<typeof hostPower>) => power.takeAway.map(({ command }) => command);

describe('the verdict', () => {
  it.each([
    ['full-access-assumed', 'everything is answered', triedReads(answered), null],
    ['full-access-assumed', 'nothing is refused', triedReads(answered, unclear), null],
    ['needed-calls-only', 'everything is refused', triedReads(refused), null],
    ['needed-calls-only', 'a plugin refuses everything', triedReads(refusedByPlugin), null],
    ['needed-calls-only', 'no path was missed', triedReads(answered, refusedByPlugin), null],
    ['more-than-needed', 'something is refused', triedReads(refused, answered), null],
    ['unknown', 'no refusal is sure', triedReads(refused, unclear), null],
    ['unknown', 'nothing is sure', triedReads(unclear), null],
    ['full-access', 'a writing call is let through', triedReads(refused), triedWrites(answered)],
    ['needed-calls-only', 'every call is refused', triedReads(refused), triedWrites(refused)],
    ['more-than-needed', 'only writing is refused', triedReads(answered), triedWrites(refused)],
  ])('is %s where %s', (verdict, _why, unneeded, writes) => {
    const host = powerHost({ evidence: writes ? 'files' : 'api' });

    expect(hostPower(host, doorFacts({ unneeded, writes }))).toMatchObject({ verdict });
  });

  it('does not count a writing call that the level needs', () => {
    const writes = triedWrites(answered, refused, refused, refused, answered);
    const facts = doorFacts({ needs: kernelNeeds, unneeded: triedReads(refused), writes });
    const power = hostPower(powerHost({ evidence: 'kernel' }), facts);

    expect(power).toMatchObject({ verdict: 'needed-calls-only', createsContainers: true });
    expect(power.beyondNeed.map(({ call }) => call)).not.toContain('POST /containers/{id}/start');
    expect(power.holds.join()).toContain('root on the host');
    expect(power.takeAway[0]).toMatchObject({ command: 'evidence: api' });
  });

  it('does not count that file systems can be read whole where the settings want it, and says so', () => {
    const exports = 'GET /containers/{id}/export';
    const facts = doorFacts({ needs: ['GET /info', exports], unneeded: triedReads(answered) });
    const power = hostPower(powerHost({ inventory: 'full' }), facts);

    expect(power.beyondNeed.map(({ call }) => call)).not.toContain(exports);
    expect(power.holds.join()).toContain('which `inventory: full` needs');
    expect(hostPower(powerHost(), doorFacts()).beyondNeed.map(({ call }) => call)).toContain(
      exports,
    );
  });

  it('says of a level that a door stops that it cannot work, and not that it is root', () => {
    const facts = doorFacts({
      needs: kernelNeeds,
      unneeded: triedReads(refused),
      writes: triedWrites(refused),
    });
    const power = hostPower(powerHost({ evidence: 'kernel' }), facts);

    expect(power.createsContainers).toBe(false);
    expect(power.holds.join()).not.toContain('root on the host');
    expect(power.takeAway[0]?.what).toContain('cannot do its work');
  });

  it('is unknown with the reason where the engine could not be asked, and holds nothing for sure', () => {
    const power = hostPower(powerHost(), doorFacts({ problem: 'it is off', unneeded: [] }));

    expect(power).toMatchObject({ verdict: 'unknown', holds: [], takeAway: [], check: null });
    expect(power.proof).toContain('it is off');
  });
});

it('says what the verdict rests on, and that nothing was written at the level api', () => {
  const proofOf = (...outcomes: (typeof refused)[]) =>
    hostPower(powerHost(), doorFacts({ unneeded: triedReads(...outcomes) })).proof;
  const proof = proofOf(refused, answered, refused, unclear);

  expect(proof).toContain('Of 4 reading test calls that we do not need');
  expect(proof).toContain('1 answered by the engine, 2 refused before the engine');
  expect(proof).toContain('1 answered in a way that proves nothing');
  expect(proofOf(answered, refusedByPlugin)).toContain('3 refused by the engine’s authorization');
  expect(proof).toContain('Writing calls were not tried');
});

describe('how it is taken away', () => {
  it('moves a user from the group of the engine’s socket into that of the proxy', () => {
    const power = hostPower(powerHost(), doorFacts());

    expect(steps(power)).toEqual([
      expect.stringContaining('/etc/haproxy/haproxy.cfg'),
      `url: unix://${proxySocket}`,
      'sudo usermod --append --groups seawall "$(id -nu 998)" && sudo gpasswd --delete "$(id -nu 998)" "$(getent group 108 | cut -d: -f1)"',
    ]);
  });

  it('takes nobody out of the group of the proxy', () => {
    const facts = doorFacts({ unneeded: triedReads(refused) });

    expect(hostPower(powerHost(), facts).takeAway).toEqual([]);
  });

  it('keeps saying that root needs no door', () => {
    const socket = socketGuard({ heldAs: 'root', ownUid: 0 });
    const power = hostPower(powerHost(), doorFacts({ unneeded: triedReads(refused), socket }));

    expect(power.takeAway[0]?.what).toContain('Run Seawall as a user of its own');
    expect(power.holds).toContain('whatever root may where Seawall itself runs');
  });

  it('writes a socket path into a command as a shell takes it', () => {
    const socket = socketGuard({ heldAs: 'anyone', path: "/run/a'; reboot #" });

    expect(steps(hostPower(powerHost(), doorFacts({ socket }))).at(-1)).toBe(
      "sudo chmod o-rwx '/run/a'\\''; reboot #'",
    );
  });

  it.each([
    ['ssh', 'ssh://seawall@web-1.example', 'restrict,command="env DOCKER_HOST=unix:///run/haproxy'],
    ['tcp', 'tcp://web-1.example:2376', 'url: ssh://seawall@web-1.example'],
  ] as const)('over %s it ends in one command of a key', (kind, url, expected) => {
    const endpoint = { kind, url, isMutualTls: kind === 'tcp', socketPath: null };
    const power = hostPower(powerHost({ endpoint }), doorFacts({ socket: null }));

    expect(steps(power)).toContainEqual(expect.stringContaining(expected));
  });

  it('names the socket that the shipped proxy listens on', () => {
    const shipped = readFileSync('deploy/socket-proxy/haproxy.cfg', 'utf8');

    expect(shipped).toMatch(new RegExp(`presetenv SEAWALL_PROXY_SOCKET +${proxySocket}\\n`));
  });
});
