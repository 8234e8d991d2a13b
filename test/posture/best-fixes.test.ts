import { assess } from '../../src/assessment/assess.ts';
import { evaluate } from '../../src/findings/evaluate.ts';
import { assessHost, type HostPosture } from '../../src/posture/assess-host.ts';
import { allRules as rules } from '../../src/rules/all-rules.ts';
import {
  bind,
  capabilities,
  hostNamespace,
  port,
  privileged,
} from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import { kernelMount, kernelProcess, kernelSays } from '../../src/rules/example-kernel.ts';
import type { ExampleHost } from '../../src/rules/rule.ts';
import { unread } from '../../src/shared/reading.ts';

const root = { user: { declared: '', uid: 0, reason: null } };
const someUser = { user: { declared: '1000', uid: 1000, reason: null } };
const isPublic = { ports: [port('0.0.0.0', 80)] };
const socket = { mounts: [bind('/run/docker.sock')] };

function postureWith(example: ExampleHost): HostPosture {
  const snapshot = exampleSnapshot(example);
  return assessHost(rules, evaluate(rules, assess(snapshot)), assess(snapshot));
}

describe('the score after a fix', () => {
  it('is the one that a scan finds once it is done', () => {
    const ci = { name: 'ci', ...root };
    const before = postureWith({ otherContainers: [{ ...ci, ...socket }] });
    const after = postureWith({ otherContainers: [ci] });

    const [fix] = before.bestFixes;
    expect(fix).toMatchObject({
      rule: 'no-docker-socket-mount',
      subject: 'ci',
      scoreBefore: before.score,
      scoreAfter: after.score,
      sentence: `Remove the socket mount from ci: closes the only way; ${before.score} → ${after.score}`,
    });
    expect(after.score).toBeGreaterThan(before.score ?? 100);
    expect(before.caps.map(({ id }) => id)).toEqual(['root-path']);
    expect(after.caps).toEqual([]);
  });

  it('counts all replicas of a service as one finding', () => {
    const replica = { ...root, ...socket, composeProject: 'shop', composeService: 'ci' };
    const { bestFixes } = postureWith({
      otherContainers: [
        { name: 'shop-ci-1', ...replica },
        { name: 'shop-ci-2', ...replica },
      ],
    });

    expect(bestFixes[0]).toMatchObject({ subject: 'shop/ci', rule: 'no-docker-socket-mount' });
  });

  it('keeps the cap while another way is open', () => {
    const { bestFixes, grade } = postureWith({
      container: { ...root, ...privileged, ...isPublic },
      otherContainers: [{ name: 'ci', ...root, ...privileged, ...isPublic }],
    });

    expect(grade).toBe('F');
    expect(bestFixes.filter(({ scoreAfter }) => scoreAfter > 59)).toEqual([]);
  });

  it('of a closed port leaves the way from inside', () => {
    const publishedOn = (address: string) =>
      postureWith({ container: { ...root, ...socket, ports: [port(address, 8080)] } });
    const closed = publishedOn('0.0.0.0').bestFixes.find(({ rule }) => rule === 'no-public-port');

    expect(closed?.scoreAfter).toBe(publishedOn('127.0.0.1').score);
  });
});

describe('where ways lie side by side', () => {
  const everything = { ...root, ...privileged, mounts: [bind('/')], networks: [] };
  const shell = { name: 'shell', ...everything };

  it('closes them together', () => {
    const before = postureWith({ container: { networks: [] }, otherContainers: [shell] });
    const after = postureWith({
      container: { networks: [] },
      otherContainers: [{ name: 'shell', ...root, networks: [] }],
    });

    expect(before.pathCount).toBe(3);
    expect(before.bestFixes[0]).toMatchObject({
      subject: 'shell',
      severity: 'critical',
      rules: expect.arrayContaining([
        'no-privileged-container',
        'no-docker-socket-mount',
        'no-sensitive-mount',
      ]),
      sentence: expect.stringMatching(
        /^Recreate shell without the mount of \/ and --privileged: closes all 3 ways; \d+ → \d+$/,
      ),
      waysBefore: 3,
      waysAfter: 0,
    });
    expect(before.bestFixes[0]?.scoreAfter).toBeGreaterThan(before.score ?? 100);
    expect(before.bestFixes[0]?.scoreAfter).toBeLessThanOrEqual(after.score ?? -1);
    expect(after.pathCount).toBe(0);
  });

  it('comes before a fix that closes none, and says how many remain', () => {
    const { bestFixes, score } = postureWith({
      container: { ...someUser, pidNamespace: hostNamespace, networks: [] },
      otherContainers: [shell, { ...shell, name: 'ci' }],
    });

    expect(bestFixes.slice(0, 2).map(({ sentence }) => sentence)).toEqual([
      expect.stringMatching(
        /^Recreate ci without the mount of \/ and --privileged: closes 3 of 7 ways, 4 remain; /,
      ),
      expect.stringMatching(/^Recreate shell without .*: closes 3 of 7 ways, 4 remain; /),
    ]);
    expect(bestFixes[0]?.scoreAfter).toBeGreaterThanOrEqual(score ?? 100);
  });

  it('says nothing of paths that an engine leaves open for --privileged alone', () => {
    // As an engine tells of such a container (moby `daemon/create.go`).
    const open = { ...root, ...privileged, maskedPaths: null, readonlyPaths: null, networks: [] };
    const { bestFixes } = postureWith({
      container: { networks: [] },
      otherContainers: [{ name: 'shell', ...open }],
    });

    expect(bestFixes[0]?.sentence).toMatch(
      /^Run shell without --privileged: closes the only way; /,
    );
  });

  it('leaves no processes of the host in sight of who loses CAP_SYS_PTRACE alone', () => {
    const tracer = { ...root, ...capabilities(['CAP_SYS_PTRACE']), networks: [] };
    const { bestFixes } = postureWith({
      container: { networks: [] },
      otherContainers: [{ name: 'shell', ...tracer, pidNamespace: hostNamespace }],
    });

    expect(bestFixes.filter(({ waysAfter }) => waysAfter === 0).map(({ rules }) => rules)).toEqual([
      ['no-host-pid'],
    ]);
  });

  it('names a mount once by which a container traces, and that --privileged would hide', () => {
    const mounts = [bind('/proc', { isWritable: false })];
    const { bestFixes } = postureWith({
      container: { networks: [] },
      otherContainers: [{ name: 'shell', ...root, ...privileged, mounts, networks: [] }],
    });

    expect(bestFixes[0]?.sentence).toMatch(
      /^Recreate shell without the mount of \/proc and --privileged: closes both ways; /,
    );
  });

  it('names the mount that was asked for, not what came along with it', () => {
    const agent = bind('/', { isWritable: false });
    const at = agent.destination;
    const { bestFixes } = postureWith({
      container: {
        ...root,
        networks: [],
        mounts: [agent],
        configuredCapabilities: ['CAP_SYS_ADMIN'],
      },
      kernel: kernelSays([kernelProcess()], {
        mounts: [
          kernelMount(at, { options: ['ro'] }),
          kernelMount(`${at}/boot`, { device: '8:2', filesystem: 'ext4', options: ['rw'] }),
        ],
      }),
    });

    const sentences = bestFixes.map(({ sentence }) => sentence).join();
    expect(sentences).toContain('the mount of /');
    expect(sentences).not.toContain('/boot');
  });

  it('calls no mount what an engine was asked to leave open', () => {
    const open = { maskedPaths: [], readonlyPaths: [], hasUnmaskedSystemPaths: true };
    const { bestFixes } = postureWith({
      container: { networks: [] },
      otherContainers: [{ name: 'shell', ...root, ...open, ...socket, networks: [] }],
    });

    expect(bestFixes[0]?.sentence).toMatch(
      /^Recreate shell without the mount of \/run\/docker.sock and writable \/proc\/sys: /,
    );
  });

  it('leaves open beside --privileged what was asked to be', () => {
    const untold = { maskedPaths: null, readonlyPaths: null };
    const asked = { ...root, ...privileged, ...untold, asksToUnmask: true } as const;
    const { bestFixes } = postureWith({
      container: { networks: [] },
      otherContainers: [{ name: 'shell', ...asked, networks: [] }],
    });

    expect(bestFixes[0]?.sentence).toMatch(/^Recreate shell without .*writable \/proc\/sys/);
  });

  it('takes with --privileged what only it hides', () => {
    const added = { addedCapabilities: ['CAP_SYS_ADMIN'], devices: ['/dev/sda'] };
    const { bestFixes, pathCount } = postureWith({
      container: { networks: [] },
      otherContainers: [{ name: 'ci', ...root, ...privileged, ...added, networks: [] }],
    });

    expect(pathCount).toBe(1);
    expect(bestFixes[0]?.sentence).toMatch(
      /^Recreate ci without --privileged, CAP_SYS_ADMIN and \/dev\/sda: closes the only way; /,
    );
  });

  it('is said of all replicas of a service', () => {
    const replica = { ...everything, composeProject: 'shop', composeService: 'ci' };
    const { bestFixes } = postureWith({
      container: { networks: [] },
      otherContainers: [
        { ...replica, id: 'r1', name: 'shop-ci-1' },
        { ...replica, id: 'r2', name: 'shop-ci-2' },
      ],
    });

    expect(bestFixes[0]).toMatchObject({ subject: 'shop/ci', waysBefore: 6, waysAfter: 0 });
  });
});

describe('caps', () => {
  it.each<[string, ExampleHost, string[]]>([
    [
      'an F for a public port that leads to root',
      { container: { ...root, ...socket, ...isPublic } },
      ['public-root-path'],
    ],
    ['a C for a way from inside', { container: { ...root, ...socket } }, ['root-path']],
    [
      'an F also when only an unread fact stands between',
      { container: { ...socket, ...isPublic } },
      ['public-root-path'],
    ],
    ['none where a weakness is needed first', { container: { ...privileged, ...isPublic } }, []],
  ])('%s', (_title, example, expected) => {
    expect(postureWith(example).caps.map(({ id }) => id)).toEqual(expected);
  });

  it('count what could not be read as the worst, and say so', () => {
    const snapshot = { ...exampleSnapshot({}), engine: unread<never>('timeout') };
    const posture = assessHost(rules, evaluate(rules, assess(snapshot)), assess(snapshot));

    expect(posture.caps).toMatchObject([{ id: 'paths-unknown', highest: 59 }]);
    expect(posture.ceiling).toBeGreaterThan(posture.score ?? 100);
  });
});
