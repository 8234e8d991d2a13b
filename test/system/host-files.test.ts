import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assess } from '../../src/assessment/assess.ts';
import { negotiationEndpoints } from '../../src/engine/open-engine.ts';
import { createSnapshotTaker } from '../../src/engine/snapshot-taker.ts';
import { evaluate } from '../../src/findings/evaluate.ts';
import type { RuleResult } from '../../src/findings/result.ts';
import { rules } from '../../src/programs/assemble.ts';
import { defaultPolicy } from '../../src/rules/policy.ts';
import type { Verdict } from '../../src/rules/rule.ts';
import { hostFileCalls } from '../../src/snapshot/collector.ts';
import type { HostFileFact, HostFilesFacts } from '../../src/snapshot/facts/host-files.ts';
import { socketGroupsOf } from '../../src/snapshot/own-settings.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { attackPaths } from '../support/attack-paths.ts';
import { patient } from '../support/patient.ts';
import { baseImage, openRealEngine, type RealEngine } from '../support/real-engine.ts';
import { openRecordingProxy, type RecordingProxy } from '../support/recording-proxy.ts';

const hostRules = rules.filter(({ needs }) => needs.includes('hostFiles' as never));

let engine: RealEngine;
let proxy: RecordingProxy;
let folder: string;

beforeAll(async () => {
  engine = await openRealEngine();
  engine.importBaseImage();
  proxy = await openRecordingProxy({
    listenOn: join(engine.folder, 'proxy.sock'),
    engineSocket: engine.socketPath,
  });
  folder = mkdtempSync(join(tmpdir(), 'seawall-host-'));
});
afterAll(async () => {
  await proxy?.close();
  await engine?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Shows the engine, in its own view of the host and nobody else's, a folder in place of another. */
function replace(source: string, target: string): void {
  const namespace = `--mount=${engine.root().replace(/root$/, 'ns/mnt')}`;
  execFileSync('nsenter', [namespace, 'mount', '--bind', source, target]);
}

async function look(evidence: 'api' | 'files' | 'kernel', url = engine.url): Promise<Snapshot> {
  const hosts = [{ ...patient, name: 'host', url, evidence }];
  return createSnapshotTaker({ hosts, clock: Date.now }).takeSnapshot('host');
}

function factsOf({ hostFiles }: Snapshot): HostFilesFacts {
  if (hostFiles.state === 'unread') throw new Error(hostFiles.reason);
  return hostFiles.value;
}

const verdictsOf = (results: readonly RuleResult[]): Record<string, Verdict> =>
  Object.fromEntries(results.map(({ rule, verdict }) => [rule, verdict]));

const judge = (snapshot: Snapshot, trustedDockerGroupUsers: string[] | null = null) =>
  evaluate(hostRules, assess(snapshot), { ...defaultPolicy, trustedDockerGroupUsers });

const allContainers = () => engine.docker('ps', '--all', '--quiet', '--no-trunc');

/** What `stat` says of a path, in the words of a fact. */
function expectLikeStat(fact: HostFileFact): void {
  if (fact.state !== 'present') {
    expect({ path: fact.path, exists: existsSync(fact.path) }).toEqual({
      path: fact.path,
      exists: false,
    });
    return;
  }
  const { mode, uid, gid } = statSync(fact.path);
  expect({ path: fact.path, mode: fact.mode }).toEqual({ path: fact.path, mode: mode & 0o7777 });
  if (fact.owner.state === 'read') expect(fact.owner.value).toEqual({ uid, gid });
}

describe('this machine', () => {
  let snapshot: Snapshot;
  beforeAll(async () => {
    snapshot = await look('files');
  });

  it('has the modes and owners that stat tells', () => {
    const facts = factsOf(snapshot);
    const files = Object.values(facts.files).flat();

    for (const fact of files.filter(({ state }) => state !== 'unread')) expectLikeStat(fact);
    expect(files.filter(({ state }) => state === 'present').length).toBeGreaterThan(3);
    const [socket] = facts.files['engine-socket'];
    expect(socket).toMatchObject({ path: engine.socketPath, kind: 'socket', mode: 0o660 });
    expect(lstatSync(engine.socketPath).mode & 0o777).toBe(0o660);
  });

  it('knows on which device the data root lies', () => {
    const isOnRoot = statSync(join(engine.folder, 'data')).dev === statSync('/').dev;

    expect(factsOf(snapshot).dataRoot).toMatchObject({
      path: join(engine.folder, 'data'),
      isOnRootFilesystem: { state: 'read', value: isOnRoot },
    });
    if (isOnRoot) expect(verdictsOf(judge(snapshot))['data-root-own-filesystem']).toBe('fail');
  });

  it('finds the group of the socket', () => {
    const { socketGroups } = factsOf(snapshot);
    const gids = socketGroups.state === 'read' ? socketGroups.value.map(({ gid }) => gid) : [];

    const gid = /^docker:[^:]*:(\d+):/m.exec(readFileSync('/etc/group', 'utf8'))?.[1];
    expect(gids).toEqual([gid === undefined ? null : Number(gid)]);
  });
});

describe('an engine that was started by other files than those of its unit', () => {
  let own: RealEngine;
  let places: Record<'config' | 'socket' | 'key', string>;
  beforeAll(async () => {
    const at = (name: string) => join(folder, name);
    places = { config: at('other.json'), socket: at('second.sock'), key: at('key.pem') };
    writeFileSync(places.config, JSON.stringify({ tlskey: places.key, debug: false }));
    writeFileSync(places.key, '');
    own = await openRealEngine({
      options: [
        ...['--config-file', places.config, '--host', `unix://${places.socket}`],
        ...['--group', 'daemon'],
      ],
    });
    own.importBaseImage();
    // The engine of a test has a folder for temporary files that is this machine's.
    for (const path of Object.values(places)) chmodSync(path, 0o666);
  });
  afterAll(() => own?.close());

  it('has those judged that its own process names', async () => {
    const snapshot = await look('kernel', own.url);

    const modes = Object.fromEntries(
      evaluate(hostRules, assess(snapshot), defaultPolicy).map((one) => [one.rule, one]),
    );
    for (const [rule, path] of [
      ['daemon-json-mode', places.config],
      ['docker-socket-mode', places.socket],
      ['tls-key-mode', places.key],
    ] as const) {
      const octal = `0${(statSync(path).mode & 0o777).toString(8)}`;
      expect(modes[rule]).toMatchObject({ verdict: 'fail' });
      expect(modes[rule]?.message).toContain(`mode ${octal} of ${path}`);
    }
    expect(modes['docker-group-trusted']).toMatchObject({ verdict: 'fail' });
    // By the socket itself, and by who has its group.
    const { gid } = lstatSync(own.socketPath);
    const users = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'));
    const members = users.flatMap(([name, , uid, group]) =>
      Number(group) === gid && uid !== '0' ? name : [],
    );
    const hostFiles = factsOf(snapshot);
    const told = socketGroupsOf({ hostFiles, hostProcesses: snapshot.hostProcesses });
    expect(members).toContain('daemon');
    expect(told).toMatchObject({ value: [{ gid, members: expect.arrayContaining(members) }] });
    expect(modes['docker-socket-owner']).toMatchObject({ verdict: 'fail' });
  });

  it('has a mount of its second socket told as one, and as a way', async () => {
    const volume = `${folder}:/x`;
    own.docker('run', '--detach', '--volume', volume, baseImage, 'sleep', '600');
    const assessed = assess(await look('kernel', own.url));

    const results = evaluate(rules, assessed, defaultPolicy);
    expect(verdictsOf(results)['no-docker-socket-mount']).toBe('fail');
    const ways = attackPaths(assessed).paths.map(({ sentence }) => sentence);
    expect(ways).toEqual([
      // With the daemon.json that lies beside it.
      expect.stringContaining(`can write to ${folder} of the host`),
      expect.stringContaining(`${folder}, which holds an engine socket`),
    ]);
  });
});

describe('an engine that was told to use files elsewhere', () => {
  let own: RealEngine;
  const at = (...names: string[]) => join(folder, 'told', ...names);
  const folders = ['config', 'proxy', 'init', 'profile', 'devices', 'other'];
  beforeAll(async () => {
    for (const name of folders) mkdirSync(at(name), { recursive: true });
    copyFileSync('/bin/true', at('proxy', 'proxy'));
    writeFileSync(at('config', 'd.json'), JSON.stringify({ 'cdi-spec-dirs': [at('devices')] }));
    writeFileSync(at('profile', 'p.json'), '{"defaultAction":"SCMP_ACT_ALLOW"}');
    own = await openRealEngine({
      options: [
        ...['--config-file', at('config', 'd.json'), '--userland-proxy-path', at('proxy', 'proxy')],
        ...['--init-path', at('init', 'init'), '--seccomp-profile', at('profile', 'p.json')],
      ],
    });
    own.importBaseImage();
    for (const name of folders) {
      const mount = ['--volume', `${at(name)}:/x`];
      own.docker('run', '--detach', '--name', name, ...mount, baseImage, 'sleep', '600');
    }
  });
  afterAll(() => own?.close());

  it.each(['files', 'kernel'] as const)(
    'has mounts of them told, at the level %s',
    async (level) => {
      // What it was told: by its command line and its daemon.json.
      const words = readFileSync(own.root().replace(/root$/, 'cmdline'), 'utf8');
      const named = words + readFileSync(at('config', 'd.json'), 'utf8');
      const isNamed = (name: string) =>
        named.includes(`${at(name)}/`) || named.includes(`${at(name)}"`);
      expect(folders.filter((name) => !isNamed(name))).toEqual(['other']);
      const assessed = assess(await look(level, own.url));

      const results = evaluate(rules, assessed, defaultPolicy).filter(
        ({ rule }) => rule === 'no-sensitive-mount',
      );
      const told = level === 'kernel' ? folders.filter(isNamed) : [];
      const verdicts = Object.fromEntries(
        results.map(({ subject, verdict }) => [subject.name, verdict]),
      );
      // By files alone nobody knows how this engine was started.
      const untold = level === 'kernel' ? 'pass' : 'unknown';
      expect(verdicts).toEqual(
        Object.fromEntries(folders.map((name) => [name, told.includes(name) ? 'fail' : untold])),
      );
      const ways = attackPaths(assessed).paths.map(({ sentence }) => sentence);
      for (const name of folders) {
        const own = ways.filter((sentence) => sentence.includes(`${at(name)} of the host`));
        expect([name, own.length > 0]).toEqual([name, told.includes(name)]);
      }
    },
  );
});

describe('what reaches the engine', () => {
  it('is exactly what is declared, and nothing stays behind', async () => {
    const before = allContainers();
    proxy.calls.length = 0;

    const snapshot = await look('files', proxy.url);

    const writing = proxy.calls.filter((call) => !/^(GET|HEAD) /.test(call));
    expect(writing).toEqual([
      expect.stringMatching(
        /^POST \/v1\.\d+\/containers\/create\?name=seawall-probe-[0-9a-f]{12}$/,
      ),
      // One for each path that this machine does not have, the name being the same.
      ...writing.slice(1, -1).map(() => writing[0]),
      expect.stringMatching(/^DELETE \/v1\.\d+\/containers\/[0-9a-f]{64}\?force=1&v=1$/),
    ]);
    const declared = [...hostFileCalls, ...negotiationEndpoints].map((endpoint) => {
      const [method, path = ''] = endpoint.split(' ');
      return new RegExp(`^${method} (/v1\\.\\d+)?${path.replace('{id}', '[\\w:.-]+')}(\\?.*)?$`);
    });
    const ofProbe = proxy.calls.filter((call) => /archive|create|DELETE|seawall\.probe/.test(call));
    expect(ofProbe.filter((call) => !declared.some((one) => one.test(call)))).toEqual([]);
    expect(snapshot.hostFiles.state).toBe('read');
    expect(allContainers()).toBe(before);
    const names = snapshot.containers.state === 'read' ? snapshot.containers.value.read : [];
    expect(names.filter(({ name }) => name.startsWith('seawall-probe-'))).toEqual([]);
  });

  it('is no write at all at the level api, which says what to enable', async () => {
    proxy.calls.length = 0;

    const results = judge(await look('api', proxy.url));

    expect(proxy.calls.filter((call) => !/^(GET|HEAD) /.test(call))).toEqual([]);
    expect(proxy.calls.filter((call) => call.includes('/archive'))).toEqual([]);
    const ofFiles = results.filter(({ subject }) => subject.kind === 'host');
    expect(ofFiles).toHaveLength(26);
    expect(new Set(ofFiles.map(({ verdict }) => verdict))).toEqual(new Set(['unknown']));
    for (const { reason } of ofFiles) expect(reason).toContain('set “evidence: files”');
  });

  it('leaves the fresh probe of another Seawall alone, and hides no container that poses as one', async () => {
    const made = (name: string, ...more: string[]) =>
      engine.docker(
        'create',
        '--name',
        name,
        '--label',
        'seawall.probe=1',
        ...more,
        baseImage,
        'true',
      );
    const left = made('seawall-probe-000000000000');
    const posing = made('posing', '--privileged');
    const running = made('seawall-probe-running');
    engine.docker('start', running);

    const young = await look('files');
    expect(allContainers()).toContain(left);

    const listed = young.containers.state === 'read' ? young.containers.value.read : [];
    const names = listed.map(({ name }) => name).sort();
    expect(names).toEqual(['posing', 'seawall-probe-running']);
    engine.docker('rm', '--force', left, posing, running);
  });
});

describe('a host that is wrong in everything', () => {
  let snapshot: Snapshot;
  let facts: HostFilesFacts;
  let verdicts: Record<string, Verdict>;
  let results: RuleResult[];

  beforeAll(async () => {
    const path = (...parts: string[]) => join(folder, ...parts);
    const write = (name: string, mode: number, [uid, gid]: [number, number], text = 'x\n') => {
      writeFileSync(path(name), text);
      chownSync(path(name), uid, gid);
      // After chown, which takes special bits away.
      chmodSync(path(name), mode);
    };
    mkdirSync(path('docker/certs.d/docker.io'), { recursive: true });
    mkdirSync(path('elsewhere'));
    const settings = {
      tlsverify: true,
      tlscacert: '/etc/docker/ca.pem',
      tlscert: '/etc/docker/cert.pem',
      // Outside of everything that is shown at first.
      tlskey: path('elsewhere', 'key.pem'),
      group: 'users',
      'cgroup-parent': '/odd',
    };
    write('docker/real.json', 0o606, [0, 1000], JSON.stringify(settings));
    // Absolute: inside of a container it would lead nowhere.
    symlinkSync('/etc/docker/real.json', path('docker/daemon.json'));
    write('docker/ca.pem', 0o466, [1000, 0]);
    symlinkSync('real-cert.pem', path('docker/cert.pem'));
    write('docker/real-cert.pem', 0o444, [0, 0]);
    write('elsewhere/key.pem', 0o440, [1000, 0], 'PRIVATE KEY\n');
    write('docker/certs.d/docker.io/client.key', 0o600, [0, 1000], 'PRIVATE KEY\n');
    chmodSync(path('docker'), 0o757);
    replace(path('docker'), '/etc/docker');

    write('default', 0o1600, [0, 0], 'DOCKER_OPTS="--log-level=debug"\n');
    replace(path('default'), '/etc/default/docker');
    write('group', 0o644, [0, 0], 'root:x:0:\nusers:x:100:bob,mallory\n');
    replace(path('group'), '/etc/group');
    write('passwd', 0o644, [0, 0], 'root:x:0:0::/:/bin/sh\neve:x:1001:100::/:/bin/sh\n');
    replace(path('passwd'), '/etc/passwd');

    snapshot = await look('files');
    facts = factsOf(snapshot);
    results = judge(snapshot, ['mallory', 'bobby']);
    verdicts = verdictsOf(results);
  });

  it('is found to be', () => {
    expect(verdicts).toMatchObject({
      'daemon-json-mode': 'fail',
      'daemon-json-owner': 'fail',
      'docker-group-trusted': 'fail',
      'docker-socket-owner': 'fail',
      'etc-docker-mode': 'fail',
      'registry-cert-mode': 'fail',
      'registry-cert-owner': 'fail',
      'tls-ca-mode': 'fail',
      'tls-ca-owner': 'fail',
      'tls-key-mode': 'fail',
      'tls-key-owner': 'fail',
    });
  });

  it('is still right where it is right', () => {
    expect(verdicts).toMatchObject({
      // 01600 grants nobody more than 0600.
      'default-docker-mode': 'pass',
      'default-docker-owner': 'pass',
      'tls-cert-mode': 'pass',
      'tls-cert-owner': 'pass',
      'docker-socket-mode': 'pass',
    });
  });

  it('has no cgroup parent that counts, since the engine was started before these files', () => {
    const policy = { ...defaultPolicy, cgroupParents: ['/batch'] };
    const judged = evaluate(rules, assess(snapshot), policy);

    expect(verdictsOf(judged)['default-cgroup-parent']).toBe('unknown');
  });

  it('has its symlinks followed', () => {
    expect(facts.files['daemon-json']).toEqual([
      expect.objectContaining({ realPath: '/etc/docker/real.json', mode: 0o606 }),
    ]);
    expect(facts.files['tls-cert']).toEqual([
      expect.objectContaining({ realPath: '/etc/docker/real-cert.pem', mode: 0o444 }),
    ]);
  });

  it('names bob, whom bobby does not vouch for, and eve by her primary group', () => {
    const found = results.find(({ rule }) => rule === 'docker-group-trusted');

    expect(found?.message).toContain('bob and eve');
    expect(found?.message).not.toContain('mallory');
  });

  it('never shows a key', () => {
    expect(JSON.stringify([facts, results])).not.toContain('PRIVATE');
  });
});
