import { inspected, policySaid } from '../../snapshot/evidence.ts';
import { settingsOf } from '../../snapshot/own-settings.ts';
import { settingRead } from '../daemon-settings.ts';
import { withSettings } from '../example-host-files.ts';
import { needsPolicy } from '../open-questions.ts';
import { defineRule, fail, pass } from '../rule.ts';
import { isAccepted, ulimitLine } from '../ulimits.ts';
import { enumerate } from '../words.ts';

const files = (soft: number, hard: number) => ({ name: 'nofile', soft, hard });
const given = (...limits: [soft: number, hard: number]) => ({
  container: { ulimits: [files(...limits)] },
});
const accepting = (soft: number, hard: number) => ({
  policy: { ulimits: { nofile: { soft, hard } } },
});

export const ulimitOverrideIntended = defineRule({
  id: 'ulimit-override-intended',
  title: "Ulimits differ from the engine's only on purpose",
  subject: 'container',
  severity: 'low',
  pillar: 'controls',
  question: 'default-ulimits',
  controls: ['cis-1.6:5.19', 'cis-1.8:5.19'],
  rationale: 'With a higher limit one container can use up files, processes or memory of the host.',
  remediation: 'Drop `--ulimit`, or accept the value in `ulimits` of the policy.',
  fix: { words: 'Set only intended ulimits for {}' },
  consults: ['hostFiles', 'hostProcesses'],
  judge({ ulimits }, started, { policy }) {
    // The engine puts its defaults into each container: only its own settings tell them apart.
    const settings = settingsOf(started, 'default-ulimits');
    const byEngine = (settings.state === 'read' && settings.value.defaultUlimits) || [];
    const inherited = byEngine.map(ulimitLine);
    const own = ulimits.filter((limit) => !inherited.includes(ulimitLine(limit)));
    const evidence = [
      inspected('HostConfig.Ulimits', ulimits.map(ulimitLine)),
      ...(settings.state === 'read'
        ? [settingRead(settings.value, 'default-ulimits', inherited)]
        : []),
    ];
    if (own.length === 0) return pass("sets no ulimit beside the engine's", evidence);
    const accepted = policy.ulimits;
    if (accepted === null) {
      const lines = enumerate(own.map(ulimitLine));
      return needsPolicy('ulimits', `whether ${lines} is accepted`, evidence);
    }
    const offending = own.filter(({ name, ...values }) => {
      const highest = Object.hasOwn(accepted, name) ? accepted[name] : undefined;
      return !highest || !isAccepted({ name, ...values }, highest);
    });
    evidence.push(policySaid('policy.ulimits', Object.keys(accepted)));
    return offending.length > 0
      ? fail(`sets ${enumerate(offending.map(ulimitLine))}, not accepted`, evidence)
      : pass('sets accepted ulimits only', evidence);
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
});
