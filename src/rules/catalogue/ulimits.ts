import type { JudgedContainer } from '../../controls/container-controls.ts';
import { enumerate } from '../../shared/text.ts';
import type { SubjectList } from '../../snapshot/collector.ts';
import { type Evidence, inspected, policySaid } from '../../snapshot/evidence.ts';
import { settingsOf } from '../../snapshot/own-settings.ts';
import { settingGap, settingRead } from '../daemon-settings.ts';
import { gap, ownerUnknown, withoutSettings, withSettings } from '../example-host-files.ts';
import type { AcceptedUlimit, Policy } from '../policy.ts';
import { defineRule, fail, type Judgement, needsPolicy, pass, unknown } from '../rule.ts';

type Ulimit = JudgedContainer['ulimits'][number];

/** Of open files, for the examples. */
const files = (soft: number, hard: number): Ulimit => ({ name: 'nofile', soft, hard });
const given = (...limits: [soft: number, hard: number]) => ({
  container: { ulimits: [files(...limits)] },
});
const accepting = (soft: number, hard: number) => ({
  policy: { ulimits: { nofile: { soft, hard } } },
});

export const ulimits = [
  defineRule({
    id: 'default-ulimits',
    title: 'Default ulimits are set and sensible',
    subject: 'engine',
    severity: 'low',
    pillar: 'controls',
    controls: ['cis-1.6:2.8', 'cis-1.8:2.9'],
    rationale:
      'A container without limits can open files and start processes until the host has none left.',
    remediation:
      'Set `"default-ulimits": {"nofile": {"Name": "nofile", "Soft": 1024, "Hard": 4096}}` in daemon.json, and say what is accepted in `ulimits` of the policy.',
    fix: { words: 'Set default ulimits in {}' },
    isOfDocker: true,
    needs: ['containers'],
    consults: ['hostFiles', 'hostProcesses'],
    judge(_engine, { containers, ...started }, { policy }) {
      const settings = settingsOf(started, 'default-ulimits');
      if (settings.state === 'unread') return judgeByContainers(containers, policy);
      const limits = settings.value.defaultUlimits ?? [];
      const evidence = [settingRead(settings.value, 'default-ulimits', limits.map(ulimitLine))];
      if (limits.length === 0) {
        const gapped = settingGap('default-ulimits', settings.value, evidence);
        return gapped ?? fail('sets no default ulimit', evidence);
      }
      return judgeSet(limits, policy, evidence, { fails: ' by default', passes: 'by default' });
    },
    examples: {
      pass: [
        { ...withSettings({ defaultUlimits: [files(1024, 4096)] }), ...accepting(1024, 4096) },
        { ...withoutSettings, ...given(1024, 2048), ...accepting(1024, 4096) },
      ],
      fail: [
        withSettings({ defaultUlimits: null }),
        { ...withSettings({ defaultUlimits: [] }), ...accepting(1024, 4096) },
        { ...withSettings({ defaultUlimits: [files(-1, -1)] }), ...accepting(1024, 4096) },
        { ...withoutSettings, container: { ulimits: [] }, ...accepting(1024, 4096) },
        {
          ...withoutSettings,
          container: { ulimits: [] },
          otherContainers: [{ ulimits: [files(64, 64)], createdAt: '2025-01-01T00:00:00Z' }],
          ...accepting(1024, 4096),
        },
      ],
      unknown: [
        withoutSettings,
        withSettings({ defaultUlimits: [files(1024, 4096)] }),
        withSettings({ gaps: [gap] }),
        withSettings({ owner: ownerUnknown, defaultUlimits: null }),
        { ...withoutSettings, ...given(1024, 4096) },
        // It may have asked for more itself.
        { ...withoutSettings, ...given(8192, 8192), ...accepting(1024, 4096) },
      ],
    },
  }),
  defineRule({
    id: 'ulimit-override-intended',
    title: "Ulimits differ from the engine's only on purpose",
    subject: 'container',
    severity: 'low',
    pillar: 'controls',
    question: 'default-ulimits',
    controls: ['cis-1.6:5.19', 'cis-1.8:5.19'],
    rationale:
      'With a higher limit one container can use up files, processes or memory of the host.',
    remediation: 'Drop `--ulimit`, or accept the value in `ulimits` of the policy.',
    fix: { words: 'Set only intended ulimits for {}' },
    consults: ['hostFiles', 'hostProcesses'],
    prepare(started) {
      // The engine puts its defaults into each container: only its own settings tell them apart.
      const settings = settingsOf(started, 'default-ulimits');
      if (settings.state === 'unread') return { inherited: [], told: [] };
      const inherited = (settings.value.defaultUlimits || []).map(ulimitLine);
      return { inherited, told: [settingRead(settings.value, 'default-ulimits', inherited)] };
    },
    judge({ ulimits }, _facts, { policy }, { inherited, told }) {
      const own = ulimits.filter((limit) => !inherited.includes(ulimitLine(limit)));
      const evidence = [inspected('HostConfig.Ulimits', ulimits.map(ulimitLine)), ...told];
      if (own.length === 0) return pass("sets no ulimit beside the engine's", evidence);
      return judgeSet(own, policy, evidence, { fails: ', not accepted', passes: 'only' });
    },
    examples: {
      pass: [
        { container: { ulimits: [] } },
        { ...given(1024, 4096), ...withSettings({ defaultUlimits: [files(1024, 4096)] }) },
        { ...given(512, 1024), ...accepting(1024, 4096) },
        { ...given(-1, -1), ...accepting(-1, -1) },
      ],
      fail: [
        { ...given(4096, 8192), ...accepting(1024, 4096) },
        { ...given(-1, -1), ...accepting(1024, 4096) },
        { ...given(64, 64), policy: { ulimits: {} } },
      ],
      unknown: [
        given(1024, 4096),
        // An engine puts its defaults into each container; that others have the same proves none.
        { ...given(1024, 4096), otherContainers: [{ ulimits: [files(1024, 4096)] }] },
      ],
    },
  }),
] as const;

/** What the team accepts of the limits that somebody set. */
function judgeSet(
  limits: readonly Ulimit[],
  { ulimits: accepted }: Policy,
  evidence: Evidence[],
  { fails, passes }: { fails: string; passes: string },
): Judgement {
  if (accepted === null) {
    const lines = enumerate(limits.map(ulimitLine));
    return needsPolicy('ulimits', `whether ${lines} is accepted`, evidence);
  }
  evidence.push(policySaid('policy.ulimits', Object.keys(accepted)));
  const offending = limits.filter((limit) => {
    const highest = Object.hasOwn(accepted, limit.name) ? accepted[limit.name] : undefined;
    return !highest || !isAccepted(limit, highest);
  });
  return offending.length > 0
    ? fail(`sets ${enumerate(offending.map(ulimitLine))}${fails}`, evidence)
    : pass(`sets accepted ulimits ${passes}`, evidence);
}

/**
 * The engine puts its defaults into each new container: one that was given none proves that there is
 * none, and one with a value may have asked for it.
 */
function judgeByContainers({ read }: SubjectList<JudgedContainer>, policy: Policy): Judgement {
  const accepted = policy.ulimits;
  if (accepted === null) return needsPolicy('ulimits', 'which default ulimits are wanted');
  const newest = read.toSorted((a, b) => Number(a.createdAt < b.createdAt) || -1)[0];
  if (!newest) return unknown('no container shows what the engine gives it');
  const evidence = [
    inspected(`HostConfig.Ulimits of ${newest.name}, the newest`, newest.ulimits.map(ulimitLine)),
    policySaid('policy.ulimits', Object.keys(accepted)),
  ];
  const missing = Object.keys(accepted).filter(
    (name) => !newest.ulimits.some((limit) => limit.name === name),
  );
  if (missing.length > 0) {
    return fail(`gives its newest container no limit of ${enumerate(missing)}`, evidence);
  }
  const isAlways = read.every(({ ulimits }) =>
    Object.entries(accepted).every(([name, highest]) =>
      ulimits.some((limit) => limit.name === name && isAccepted(limit, highest)),
    ),
  );
  return isAlways && Object.keys(accepted).length > 0
    ? pass('gives every container the accepted ulimits', evidence)
    : unknown(
        'containers have other ulimits than accepted; daemon.json tells whose they are',
        evidence,
      );
}

/** `nofile=1024:4096`, as `docker run --ulimit` writes it. */
const ulimitLine = ({ name, soft, hard }: Ulimit): string => `${name}=${soft}:${hard}`;

/** True when both values are at most what is accepted; -1 is unlimited on both sides. */
function isAccepted(limit: Ulimit, accepted: AcceptedUlimit): boolean {
  const isAtMost = (value: number, highest: number) =>
    highest < 0 || (value >= 0 && value <= highest);
  return isAtMost(limit.soft, accepted.soft) && isAtMost(limit.hard, accepted.hard);
}
