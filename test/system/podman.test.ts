import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assess } from '../../src/assessment/assess.ts';
import type { Control, ControlName } from '../../src/controls/control.ts';
import { evaluate } from '../../src/findings/evaluate.ts';
import type { RuleResult } from '../../src/findings/result.ts';
import { allRules } from '../../src/rules/all-rules.ts';
import { outputIn } from '../support/output-in.ts';
import { linesOf, maskOf, readAsRoot } from '../support/proc-as-root.ts';
import { baseImage } from '../support/real-engine.ts';
import { openRealPodman, type RealPodman } from '../support/real-podman.ts';
import { openRecordingProxy, type RecordingProxy } from '../support/recording-proxy.ts';
import { openProfile, stateText, valueText } from './evidence-cases.ts';
import { keepPage } from './kept-page.ts';
import { type HostLook, type Level, levels, lookAtHost } from './look-at-host.ts';
import { forger } from './podman-forger.ts';

const option = (value: string) => ['--security-opt', value];
/** Made in this order. */
const containers: Readonly<Record<string, readonly string[]>> = {
  plain: [],
  privileged: ['--privileged'],
  'privileged-user': ['--privileged', '--user', '1000'],
  dropped: ['--cap-drop', 'ALL', '--cap-add', 'NET_ADMIN'],
  everything: ['--cap-add', 'ALL'],
  user: ['--user', '1000'],
  'user-with-more': ['--user', '1000', '--cap-add', 'NET_ADMIN'],
  named: ['--user', 'toor'],
  unconfined: option('seccomp=unconfined'),
  profiled: option('seccomp=FOLDER/open.json'),
  'no-new-privileges': option('no-new-privileges'),
  unmasked: option('unmask=all'),
  'read-only': ['--read-only'],
  'pid-host': ['--pid', 'host'],
  joiner: ['--pid', 'container:named'],
  mapped: ['--userns', 'auto'],
  'cgroup-private': ['--cgroupns', 'private'],
  limited: ['--memory', '64m', '--pids-limit', '10'],
};

/** A control of a container, at the level `api` and at the level `kernel`. */
const expected: readonly [string, ControlName, Partial<Control>, Partial<Control>][] = [
  ['plain', 'seccomp', { verdict: 'unknown', effective: 'filter' }, { verdict: 'enforced' }],
  ['plain', 'user', { verdict: 'off', source: 'measured', effective: [0] }, { verdict: 'off' }],
  ['plain', 'masked-paths', { verdict: 'unknown' }, { verdict: 'enforced' }],
  ['privileged', 'cap-effective', { verdict: 'off', source: 'measured' }, { verdict: 'off' }],
  [
    'privileged',
    'seccomp',
    { verdict: 'not-enforced', source: 'measured', effective: 'off' },
    { verdict: 'not-enforced' },
  ],
  ['privileged', 'masked-paths', { verdict: 'off' }, { verdict: 'off', effective: [] }],
  [
    'dropped',
    'cap-bounding',
    { verdict: 'weakened', effective: ['CAP_NET_ADMIN'] },
    { verdict: 'weakened' },
  ],
  ['user', 'user', { verdict: 'unknown', effective: [1000] }, { verdict: 'enforced' }],
  [
    'user-with-more',
    'cap-ambient',
    { verdict: 'weakened', effective: ['CAP_NET_ADMIN'] },
    { verdict: 'weakened', effective: ['CAP_NET_ADMIN'] },
  ],
  ['unconfined', 'seccomp', { verdict: 'off', source: 'measured' }, { verdict: 'off' }],
  ['profiled', 'seccomp', { verdict: 'unknown' }, { verdict: 'unknown', effective: 'filter' }],
  [
    'no-new-privileges',
    'no-new-privileges',
    { verdict: 'unknown', source: 'predicted' },
    { verdict: 'enforced' },
  ],
  ['unmasked', 'masked-paths', { verdict: 'off' }, { verdict: 'off', effective: [] }],
  ['read-only', 'rootfs', { verdict: 'unknown' }, { verdict: 'enforced' }],
  ['pid-host', 'ns-pid', { verdict: 'off', effective: 'host' }, { verdict: 'off' }],
  [
    'pid-host',
    'user',
    { verdict: 'off', source: 'predicted' },
    { verdict: 'off', source: 'measured' },
  ],
  ['joiner', 'ns-pid', { verdict: 'off', effective: 'shared' }, { verdict: 'off' }],
  ['mapped', 'user', { verdict: 'off' }, { verdict: 'off', source: 'measured' }],
  [
    'mapped',
    'user-namespace',
    { verdict: 'unknown', source: 'predicted' },
    { verdict: 'enforced', source: 'measured' },
  ],
  ['cgroup-private', 'ns-cgroup', { verdict: 'unknown', configured: 'private' }, {}],
  ['plain', 'ns-cgroup', { verdict: 'off', configured: 'host' }, {}],
  [
    'limited',
    'memory-limit',
    { verdict: 'enforced', source: 'measured', effective: 67_108_864 },
    {},
  ],
  ['limited', 'pids-limit', { verdict: 'unknown', configured: 10 }, { verdict: 'unknown' }],
  // What it holds it holds over the namespace that it made for itself.
  ['forger', 'cap-bounding', { verdict: 'unknown', effective: [] }, { verdict: 'enforced' }],
  ['forger', 'user-namespace', { verdict: 'off' }, { verdict: 'off', source: 'measured' }],
];

let engine: RealPodman;
let proxy: RecordingProxy;
const looks = {} as Record<Level, HostLook>;
/** Lines of the status file of each main process, as root reads them. */
const truth = new Map<string, Record<string, string>>();

beforeAll(async () => {
  engine = await openRealPodman({ 'bin/forger': forger });
  writeFileSync(join(engine.folder, 'open.json'), JSON.stringify(openProfile));
  const run = (name: string, options: readonly string[], ...command: string[]) =>
    engine.docker(
      ...['run', '--detach', '--network', 'none', '--name', name],
      ...options.map((one) => one.replace('FOLDER', engine.folder)),
      ...[baseImage, ...command],
    );
  for (const [name, options] of Object.entries(containers)) {
    run(name, options, 'sleep', 'infinity');
  }
  run('forger', [], 'forger');
  run('ended', [], 'true');
  engine.docker('wait', 'ended');
  untilForged();
  proxy = await openRecordingProxy({
    listenOn: join(engine.folder, 'proxy.sock'),
    engineSocket: engine.socketPath,
  });
  for (const level of levels) {
    looks[level] = await lookAtHost(level === 'api' ? proxy.url : engine.url, level);
  }
  const pids = looks.api.containers.flatMap(({ pid }) => pid ?? []);
  const files = readAsRoot(engine, pids);
  for (const { name, pid } of looks.api.containers) {
    if (pid !== null) truth.set(name, linesOf(files.get(`${pid}/status`) ?? ''));
  }
});
afterAll(async () => {
  await proxy?.close();
  await engine?.close();
});

function controlOf(level: Level, name: string, control: ControlName): Control {
  const found = looks[level].controls.get(name)?.all.find((one) => one.control === control);
  if (!found) throw new Error(`${name} has no ${control}`);
  return found;
}

/** Waits until the forger has made what it shows. */
function untilForged(): void {
  const pid = engine.docker('inspect', '--format', '{{.State.Pid}}', 'forger');
  const line = `busybox tr '\\0' ' ' </proc/${pid}/cmdline`;
  const script = `until test "$(${line})" = 'busybox sleep infinity '; do sleep 0.1; done`;
  outputIn(
    engine,
    ['--privileged', '--pid', 'host', '--network', 'none'],
    baseImage,
    'sh',
    '-c',
    script,
  );
}

const statusLines = {
  'cap-effective': 'CapEff',
  'cap-permitted': 'CapPrm',
  'cap-bounding': 'CapBnd',
  'cap-ambient': 'CapAmb',
} as const;
const modes = { off: '0', filter: '2', 'filter that forbids nothing': '2' };

/** The line of the status file that a control means, and what it would be. */
function asStatusLine({ control, effective }: Control): [string, string] | null {
  if (control === 'seccomp') return ['Seccomp', modes[effective as keyof typeof modes]];
  if (control === 'no-new-privileges') return ['NoNewPrivs', effective === true ? '1' : '0'];
  const title = statusLines[control as keyof typeof statusLines];
  return title && Array.isArray(effective) ? [title, maskOf(effective.map(String))] : null;
}

const names = [...Object.keys(containers), 'forger'];

it('knows Podman, and what it has of another engine', () => {
  const { engine: facts, swarm } = looks.api.snapshot;

  expect(facts).toMatchObject({ state: 'read', value: { isPodman: true, apiVersion: '1.41' } });
  expect(swarm).toMatchObject({ state: 'read', value: { state: 'inactive', services: [] } });
  const { host: _host, takenAt: _takenAt, ...sections } = looks.kernel.snapshot;
  expect(Object.entries(sections).filter(([, { state }]) => state === 'unread')).toEqual([
    ['hostFiles', { state: 'unread', reason: expect.stringContaining('The engine is Podman') }],
  ]);
});

it('reads the kernel’s facts of every running container', () => {
  const { kernel } = looks.kernel.snapshot;
  const facts = kernel.state === 'read' ? kernel.value.containers.map((one) => one.facts) : [];

  expect(facts).toHaveLength(names.length);
  expect(facts.flatMap((one) => (one.state === 'unread' ? one.reason : []))).toEqual([]);
});

it('asks by GET and HEAD alone, and never for what makes Podman run a program inside', () => {
  const tops = proxy.calls.filter((call) => call.includes('/top?'));

  expect(proxy.calls.filter((call) => !/^(GET|HEAD) /.test(call))).toEqual([]);
  expect(tops.length).toBeGreaterThanOrEqual(names.length);
  expect(new Set(tops.map((call) => call.split('?')[1]))).toEqual(
    new Set([
      'ps_args=hpid%2Chuid%2Ccapinh%2Ccapprm%2Ccapeff%2Ccapbnd%2Ccapamb%2Cseccomp%2Clabel%2Ccomm',
    ]),
  );
});

describe.each(names)('%s', (name) => {
  it.each(levels)('is measured at the level %s as root reads it', (level) => {
    const measured = (looks[level].controls.get(name)?.all ?? []).filter(
      ({ source }) => source === 'measured',
    );

    for (const control of measured) {
      const [title, value] = asStatusLine(control) ?? [];
      if (name === 'forger' && title?.startsWith('Cap')) continue;
      if (title)
        expect([control.control, truth.get(name)?.[title]]).toEqual([control.control, value]);
    }
    const ofKernel = measured.filter((control) => asStatusLine(control) !== null);
    if (level === 'kernel')
      expect(ofKernel.length).toBeGreaterThanOrEqual(name === 'profiled' ? 5 : 6);
    else expect(ofKernel.map(({ verdict }) => verdict)).not.toContain('enforced');
  });
});

/** All but the forger, whose processes change what they were given. */
it.each(Object.keys(containers))(
  '%s is predicted as the kernel then does it, or not at all',
  (name) => {
    const predicted = (looks.api.controls.get(name)?.all ?? []).filter(
      ({ source }) => source === 'predicted',
    );

    for (const { control, effective } of predicted) {
      const found = controlOf('kernel', name, control);
      if (found.source !== 'measured' || effective === 'default' || control === 'user-namespace')
        continue;
      expect([control, found.effective]).toEqual([control, effective]);
    }
    expect(predicted.map(({ verdict }) => verdict)).not.toContain('enforced');
  },
);

it.each(expected)('%s: %s', (name, control, api, kernel) => {
  expect(controlOf('api', name, control)).toMatchObject(api);
  expect(controlOf('kernel', name, control)).toMatchObject(kernel);
});

/** To change it on purpose: delete the page, run this twice and look at the difference. */
it('has these cases on their page', () => {
  const rows = expected.map(([name, control]) => {
    const [api, kernel] = levels.map((level) => controlOf(level, name, control));
    if (!api || !kernel) throw new Error(`${name} has no ${control}`);
    const how = containers[name]?.join(' ');
    const options = how === undefined ? 'default' : how === '' ? 'default' : `\`${how}\``;
    return `| ${name} | ${options} | ${control} | ${valueText(api.configured)} | ${stateText(api)} | ${stateText(kernel)} |`;
  });
  keepPage(
    'podman-controls.md',
    `<!-- Written by test/system/podman.test.ts from a real Podman. Do not edit. -->
# What is set and what holds on Podman

Each container was made on Podman 5.4 and looked at twice: at the evidence level \`api\`, and at the level
\`kernel\`. Below \`kernel\` nothing that Podman lists counts in favour of a container, because the container
can forge it: the last ones do. See [other engines](other-engines.md).

| container | options | control | configured | at \`api\` | at \`kernel\` |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}
`,
  );
});

it('believes no forged list', () => {
  const { processes } = looks.api.snapshot;
  const { id } = looks.api.containers.find(({ name }) => name === 'forger') ?? {};
  const own = processes.state === 'read' && processes.value.find((one) => one.containerId === id);

  expect(own).toMatchObject({
    isToldByContainer: true,
    facts: { state: 'read', value: [{ seccompMode: 2, capabilities: { bounding: [] } }] },
  });
  expect(truth.get('forger')?.CapEff).not.toBe('0000000000000000');
});

it.each(levels)('tells at the level %s how far each is from the host', (level) => {
  const isolation = Object.fromEntries(
    [...looks[level].controls].map(([name, { isolation: found }]) => [name, found?.level]),
  );

  expect(isolation).toEqual({
    ...Object.fromEntries([...names, 'ended'].map((name) => [name, 'shared-kernel'])),
    privileged: 'on-the-host',
    'privileged-user': 'on-the-host',
    'pid-host': 'on-the-host',
    mapped: 'user-namespace',
  });
});

describe('rules', () => {
  let results: RuleResult[];
  beforeAll(() => {
    results = evaluate(allRules, assess(looks.api.snapshot));
  });
  const verdictsOf = (name: string) =>
    Object.fromEntries(
      results
        .filter(({ subject }) => subject.name === name)
        .map(({ rule, verdict }) => [rule, verdict]),
    );

  it('about Docker’s own engine do not apply', () => {
    const ofDocker = allRules.filter((rule) => 'isOfDocker' in rule);
    const found = results.filter(({ rule }) => ofDocker.some(({ id }) => id === rule));

    expect(ofDocker.length).toBeGreaterThan(50);
    expect(found.map(({ verdict }) => verdict)).toEqual(ofDocker.map(() => 'not-applicable'));
  });

  it('pass and fail the engine and its host for what is Podman’s alone', () => {
    const judged = results
      .filter(({ subject }) => ['engine', 'host', 'swarm'].includes(subject.kind))
      .filter(({ verdict }) => verdict === 'pass' || verdict === 'fail')
      .map(({ rule, verdict }) => `${rule} ${verdict}`);

    expect(judged).toEqual([
      'engine-seccomp-profile pass',
      'no-aufs-driver pass',
      'no-container-sprawl pass',
      'no-devicemapper-driver pass',
      'no-image-sprawl pass',
      'rootless-engine fail',
      'swarm-mode-intended pass',
    ]);
  });

  it.each<[string, string, RuleResult['verdict']]>([
    ['plain', 'no-root-user', 'fail'],
    ['user', 'no-root-user', 'pass'],
    ['named', 'no-root-user', 'fail'],
    ['mapped', 'no-root-user', 'fail'],
    ['plain', 'no-added-capabilities', 'pass'],
    ['dropped', 'no-added-capabilities', 'fail'],
    ['privileged', 'no-privileged-container', 'fail'],
    ['unmasked', 'no-unmasked-system-path', 'fail'],
    ['unconfined', 'no-seccomp-off', 'fail'],
    ['pid-host', 'no-host-pid', 'fail'],
    ['plain', 'no-sshd', 'unknown'],
    ['plain', 'seccomp-in-force', 'unknown'],
    ['plain', 'runtime-as-named', 'not-applicable'],
    ['limited', 'pids-limit', 'pass'],
    ['limited', 'limits-in-force', 'unknown'],
  ])('%s: %s is %s', (name, rule, verdict) => {
    expect(verdictsOf(name)[rule]).toBe(verdict);
  });
});

it('leaves nothing of a probe behind', () => {
  expect(engine.docker('ps', '--all', '--quiet', '--filter', 'label=seawall.probe')).toBe('');
  expect(engine.docker('images', '--format', '{{.Repository}}:{{.Tag}}').split('\n')).toEqual([
    `localhost/${baseImage}`,
  ]);
  expect(looks.kernel.snapshot.kernel).toMatchObject({
    value: { notes: [expect.stringContaining("under Podman's own seccomp profile")] },
  });
});
