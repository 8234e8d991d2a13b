import { policySaid } from '../../snapshot/evidence.ts';
import { settingsOf } from '../../snapshot/own-settings.ts';
import { settingGap, settingRead, settingUnread } from '../daemon-settings.ts';
import {
  gap,
  ownerOther,
  ownerUnknown,
  withoutSettings,
  withSettings,
} from '../example-host-files.ts';
import { defineRule, fail, needsPolicy, pass } from '../rule.ts';

export const defaultCgroupParent = defineRule({
  id: 'default-cgroup-parent',
  title: 'Default cgroup parent is the intended one',
  subject: 'engine',
  severity: 'low',
  pillar: 'isolation',
  question: 'cgroup-parent-intended',
  controls: ['cis-1.6:2.10', 'cis-1.8:2.11'],
  rationale: 'Every container then gets the limits of that cgroup, whatever they are.',
  remediation:
    'Remove `"cgroup-parent"` from daemon.json, or name it in `cgroupParents` of the policy.',
  fix: { words: 'Set the intended cgroup parent in {}' },
  isOfDocker: true,
  consults: ['hostFiles', 'hostProcesses'],
  // Containers do not show it: HostConfig.CgroupParent stays empty.
  judge(_engine, started, { policy }) {
    const settings = settingsOf(started, 'cgroup-parent');
    if (settings.state === 'unread') return settingUnread('cgroup-parent', settings.reason, []);
    const parent = settings.value.cgroupParent;
    const evidence = [settingRead(settings.value, 'cgroup-parent', parent)];
    if (parent === null || parent === '') {
      return (
        settingGap('cgroup-parent', settings.value, evidence) ??
        pass('puts containers under its own cgroup', evidence)
      );
    }
    if (policy.cgroupParents === null) {
      return needsPolicy('cgroupParents', `whether ${parent} is intended`, evidence);
    }
    evidence.push(policySaid('policy.cgroupParents', policy.cgroupParents));
    return policy.cgroupParents.includes(parent)
      ? pass(`puts containers under the accepted ${parent}`, evidence)
      : fail(`puts containers under ${parent}, not accepted`, evidence);
  },
  examples: {
    pass: [
      withSettings({ cgroupParent: null }),
      { ...withSettings({ cgroupParent: '/batch' }), policy: { cgroupParents: ['/batch'] } },
    ],
    fail: [{ ...withSettings({ cgroupParent: '/odd' }), policy: { cgroupParents: ['/batch'] } }],
    unknown: [
      withoutSettings,
      withSettings({ cgroupParent: '/odd' }),
      withSettings({ gaps: [gap] }),
      withSettings({ owner: ownerUnknown }),
      {
        ...withSettings({ owner: ownerOther, cgroupParent: '/odd' }),
        policy: { cgroupParents: [] },
      },
      { container: { cgroupParent: '' }, ...withoutSettings },
    ],
  },
});
