import type { JudgedContainer } from '../../controls/container-controls.ts';
import type { SubjectList } from '../../snapshot/collector.ts';
import { inspected, policySaid } from '../../snapshot/evidence.ts';
import { settingsOf } from '../../snapshot/own-settings.ts';
import { settingGap, settingRead } from '../daemon-settings.ts';
import { gap, ownerUnknown, withoutSettings, withSettings } from '../example-host-files.ts';
import { needsPolicy } from '../open-questions.ts';
import type { Policy } from '../policy.ts';
import { defineRule, fail, type Judgement, pass, unknown } from '../rule.ts';
import { isAccepted, type Ulimit, ulimitLine } from '../ulimits.ts';
import { enumerate } from '../words.ts';

const files = (soft: number, hard: number): Ulimit => ({ name: 'nofile', soft, hard });
const accepted = { ulimits: { nofile: { soft: 1024, hard: 4096 } } };

export const defaultUlimits = defineRule({
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
    if (policy.ulimits === null) {
      return needsPolicy(
        'ulimits',
        `whether ${enumerate(limits.map(ulimitLine))} is accepted`,
        evidence,
      );
    }
    const highest = policy.ulimits;
    evidence.push(policySaid('policy.ulimits', Object.keys(highest)));
    const offending = limits.filter((limit) => !isWithin(limit, highest));
    return offending.length > 0
      ? fail(`sets ${enumerate(offending.map(ulimitLine))} by default`, evidence)
      : pass('sets accepted ulimits by default', evidence);
  },
  examples: {
    pass: [
      { ...withSettings({ defaultUlimits: [files(1024, 4096)] }), policy: accepted },
      { ...withoutSettings, container: { ulimits: [files(1024, 2048)] }, policy: accepted },
    ],
    fail: [
      withSettings({ defaultUlimits: null }),
      { ...withSettings({ defaultUlimits: [] }), policy: accepted },
      { ...withSettings({ defaultUlimits: [files(-1, -1)] }), policy: accepted },
      { ...withoutSettings, container: { ulimits: [] }, policy: accepted },
      {
        ...withoutSettings,
        container: { ulimits: [] },
        otherContainers: [{ ulimits: [files(64, 64)], createdAt: '2025-01-01T00:00:00Z' }],
        policy: accepted,
      },
    ],
    unknown: [
      withoutSettings,
      withSettings({ defaultUlimits: [files(1024, 4096)] }),
      withSettings({ gaps: [gap] }),
      withSettings({ owner: ownerUnknown, defaultUlimits: null }),
      { ...withoutSettings, container: { ulimits: [files(1024, 4096)] } },
      // It may have asked for more itself.
      { ...withoutSettings, container: { ulimits: [files(8192, 8192)] }, policy: accepted },
    ],
  },
});

function isWithin(limit: Ulimit, accepted: NonNullable<Policy['ulimits']>): boolean {
  const highest = Object.hasOwn(accepted, limit.name) ? accepted[limit.name] : undefined;
  return highest !== undefined && isAccepted(limit, highest);
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
