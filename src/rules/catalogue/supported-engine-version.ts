import { enumerate } from '../../shared/text.ts';
import { engineInfo, versionReported } from '../../snapshot/evidence.ts';
import type { EngineFacts } from '../../snapshot/facts/engine.ts';
import type { ComponentBranch } from '../component-branches.ts';
import type { Policy } from '../policy.ts';
import { defineRule, type ExampleHost, fail, type Judgement, pass, unknown } from '../rule.ts';

/** It names commits of the projects, and nobody as its maker. */
const ofAmazon = { version: '25.0.8', platform: '', operatingSystem: 'Amazon Linux 2023.9' };
const withOldContainerd = [
  { name: 'containerd', version: '1.7.12', commit: '71909c1814c544ac47ab91d2e8b84718e517bb99' },
];

export const supportedEngineVersion = defineRule({
  id: 'supported-engine-version',
  title: 'Engine version is supported and patched',
  subject: 'engine',
  severity: 'high',
  pillar: 'engine',
  controls: ['cis-1.6:1.2.2', 'cis-1.8:1.2.2'],
  rationale:
    'Vulnerabilities in the engine, containerd and runc lead from a container to the host. A branch that has ended gets no fixes.',
  remediation:
    'Update docker-ce, containerd.io and related packages from the repository of your distribution or of Docker; keep `componentBranches` of the policy up to date.',
  fix: { words: 'Update {} to a supported version' },
  judge(facts, _facts, { policy, takenAt }) {
    const { version, components, platform = '', operatingSystem } = facts;
    const rebuilder = rebuilderOf(facts);
    const build = components.find(({ name }) => name === 'Engine')?.commit;
    const engine: Part = {
      name: 'Engine',
      version,
      ...(build === undefined ? {} : { commit: build }),
    };
    const parts: Part[] = [
      engine,
      ...components.filter(({ name }) => name === 'containerd' || name === 'runc'),
    ];
    const states = parts.map((part) =>
      stateOf(part, makerOf(part, engine, rebuilder, policy), policy, takenAt),
    );
    const evidence = [
      ...parts.flatMap((part) => [
        versionReported(`${part.name} version`, part.version),
        ...(vendorIn(part.commit ?? '', policy) === undefined
          ? []
          : [versionReported(`${part.name} build`, part.commit ?? '')]),
      ]),
      ...(rebuilder === undefined
        ? []
        : [
            versionReported('Platform.Name', platform),
            engineInfo('OperatingSystem', operatingSystem),
          ]),
    ];
    const said = (wanted: State['verdict']) =>
      states.filter(({ verdict }) => verdict === wanted).map(({ text }) => text);
    const outdated = said('fail');
    if (outdated.length > 0) return fail(`runs ${enumerate(outdated)}`, evidence);
    const open = said('unknown');
    if (open.length > 0) return unknown(open.join('; '), evidence);
    return pass(`runs ${enumerate(said('pass'), 5)}`, evidence);
  },
  examples: {
    pass: [
      runs('29.3.0'),
      { engine: { ...ofAmazon, version: '25.0.16' } },
      runs('29.4.1', 'containerd', 'v2.2.1'),
      runs('25.0.14', 'docker-init', '0.1'),
      runs('29.3.0', 'runc', '1.3.3+ds1'),
      built('29.3.0', '29.3.0-0ubuntu1', { containerd: ['2.2.1', ''] }),
    ],
    fail: [
      runs('26.1.5'),
      runs('20.10.27'),
      runs('28.0.1'),
      { engine: { ...ofAmazon, platform: 'Docker Engine - Community' } },
      // These build releases as they are.
      { engine: { ...ofAmazon, operatingSystem: 'Alpine Linux v3.20' } },
      {
        engine: {
          ...{ ...ofAmazon, operatingSystem: 'Arch Linux' },
          ...{ version: '29.3.0', components: withOldContainerd },
        },
      },
      runs('29.3.0', 'runc', '1.1.12'),
      runs('29.3.0', 'runc', '1.3.0'),
      built('24.0.7', '311b9ff', {
        containerd: ['1.7.12', '71909c1814c544ac47ab91d2e8b84718e517bb99'],
      }),
      built('29.3.0', '5927d80', {
        containerd: ['1.7.12', '71909c1814c544ac47ab91d2e8b84718e517bb99'],
      }),
    ],
    unknown: [
      runs('26.1.5+dfsg1'),
      runs('27.5.1-0ubuntu3'),
      { engine: ofAmazon },
      { engine: { ...ofAmazon, version: '29.3.0', components: withOldContainerd } },
      { engine: { ...ofAmazon, version: '29.3.0-master' } },
      { engine: { ...ofAmazon, version: '29.3.0-tp1' } },
      { engine: { version: '29.3.0-pre', platform: '' } },
      { engine: { version: '23.0.17', platform: 'Mirantis Container Runtime' } },
      runs('31.0.0'),
      runs('dev'),
      runs('29.3.0', 'runc', '1.1.15+ds1'),
      runs('29.3.0', 'runc', '1.3.2+ds1'),
      runs('29.3.0', 'runc', '1.4.0-rc.1+ds1'),
      runs('29.3.0-rc.1'),
      // Ubuntu says in the build alone that the version is its own, and of containerd nothing.
      built('24.0.7', '24.0.7-0ubuntu4.1', {
        containerd: ['1.7.12', ''],
        runc: ['1.1.12-0ubuntu3.1', ''],
      }),
      built('29.3.0', '29.3.0-1.fc43', { containerd: ['1.7.12', ''] }),
      built('29.3.0', '5927d80', { containerd: ['1.7.12', ''] }),
      built('24.0.7', '', {}),
      built('29.3.0', '5927d80', { containerd: ['1.7.12', '1.7.12~ds1-2'] }),
    ],
  },
});

/** An engine of a version, and one other part of it. */
function runs(version: string, name?: string, ofPart = ''): ExampleHost {
  const components = [{ name: name ?? '', version: ofPart }];
  return { engine: name === undefined ? { version } : { version, components } };
}

/** The same with what each build says that it was made of. */
function built(
  version: string,
  commit: string,
  others: Record<string, [version: string, commit: string]>,
): ExampleHost {
  const parts = Object.entries({ Engine: [version, commit] as const, ...others });
  const components = parts.map(([name, [version, commit]]) => ({ name, version, commit }));
  return { engine: { version, components } };
}

type Part = EngineFacts['components'][number];

const vendorIn = (written: string, policy: Policy): string | undefined =>
  Object.entries(policy.distributions).find(([mark]) => written.includes(mark))?.[1];

/**
 * The distribution that a part comes from; undefined for a release of its project. Each project writes its commit into a
 * build: where none is named somebody else made it, who made the engine if that is another's too.
 */
function makerOf(
  part: Part,
  engine: Part,
  rebuilder: string | undefined,
  policy: Policy,
): string | undefined {
  const told = ({ version, commit = '' }: Part) =>
    vendorIn(version, policy) ?? vendorIn(commit, policy);
  const [own, ofEngine] = [told(part), told(engine)];
  if (own !== undefined) return own;
  if (part.commit === '') return ofEngine ?? rebuilder ?? SOMEBODY;
  // Beside an engine whose maker names himself in every part, one that does not is a release.
  return ofEngine === undefined ? rebuilder : undefined;
}

const SOMEBODY = 'whoever built it without naming its commit';

/** Distributions whose engine has the plain version and commit of a release and patches of their own, by the system that `/info` names. */
const REBUILDERS = /^(Amazon Linux|Fedora( Linux)?|Microsoft Azure Linux|CBL-Mariner)\b/;

/** Who patches an engine and what comes with it: Docker, whose builds name it, sends no fixes of its own. */
function rebuilderOf({ platform, operatingSystem, isPodman }: EngineFacts): string | undefined {
  if (isPodman || platform === undefined || /^Docker\b/.test(platform)) return undefined;
  return platform || REBUILDERS.exec(operatingSystem)?.[1];
}

interface State {
  verdict: Exclude<Judgement['verdict'], 'not-applicable'>;
  /** Names the component and its version. */
  text: string;
}

/**
 * What the table says of one component. Of a distribution's own version its age proves nothing: what
 * is patched there does not show, but it has at least what the release has that it was made of.
 */
function stateOf(
  { name, version }: Part,
  vendor: string | undefined,
  policy: Policy,
  takenAt: string,
): State {
  const state = (verdict: State['verdict'], text: string): State => ({
    verdict,
    text: `${name} ${version}${text}`,
  });
  const outdated = (text: string): State =>
    vendor === undefined
      ? state('fail', text)
      : state('unknown', ` may be patched by ${vendor}, which the version hides`);
  const release = (vendor === undefined ? RELEASE : RELEASE_OF_VENDOR).exec(version)?.[1];
  if (release === undefined) return state('unknown', ' is no version that can be compared');
  const branch = policy.componentBranches.find(
    (one) => one.component === name && isOn(release, one),
  );
  if (!branch) return state('unknown', ' is on a branch that policy.componentBranches lacks');
  if (branch.endsAt !== null && takenAt.slice(0, 10) >= branch.endsAt) {
    return outdated(` (support ended ${branch.endsAt})`);
  }
  const least = branch.leastVersion;
  if (least !== null && compareVersions(release, least) < 0) {
    return outdated(` (older than ${least})`);
  }
  return state('pass', '');
}

const RELEASE = /^v?(\d+(?:\.\d+)*)$/;
/** Before what a distribution adds, if it does, unless it was made of no release. */
const RELEASE_OF_VENDOR = /^v?(\d+(?:\.\d+)*)(?:$|[+~-](?!rc|beta|alpha|dev|pre|tp|m\d|master))/;

const isOn = (release: string, { branch }: ComponentBranch): boolean =>
  `${release}.`.startsWith(`${branch}.`);

/** Negative when `a` is older than `b`; a missing part counts as 0. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  const length = Math.max(left.length, right.length);
  for (let at = 0; at < length; at += 1) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
