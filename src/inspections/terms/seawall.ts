import type { Term } from './term.ts';

const coverageOf: Term['host'] = ({ coverage }) =>
  coverage === null
    ? null
    : `${coverage.answered} of ${coverage.answered + coverage.unknown} checks answered, ${coverage.unknown} unknown`;

/** Words of Seawall itself. */
export const seawallTerms: readonly Term[] = [
  {
    id: 'rule',
    name: 'rule',
    aliases: ['rules', 'check', 'checks'],
    text: 'One judgement with an id, such as `no-host-network`, over one kind of subject: container, image, engine, swarm or host. It says pass, fail, unknown or not applicable, and names the facts that it rests on.',
    source: 'docs/rules.md of this project',
    rules: [],
  },
  {
    id: 'control',
    name: 'control',
    aliases: ['controls', 'cis', 'cis benchmark', 'benchmark'],
    text: 'A recommendation of a benchmark, written with its version: `cis-1.6:5.5`. Rules map to controls, because the numbers move from version to version and the ids of rules never do. A mapping is a cross-reference and no claim of compliance.',
    source: 'docs/rules.md of this project, “From control to rule”',
    rules: [],
  },
  {
    id: 'control-verdict',
    name: 'verdict of a control',
    aliases: ['enforced', 'weakened', 'not-enforced'],
    text: 'The weaker of what the engine gives the next process of a container and what its processes were seen to have. Enforced: it holds, at least as strong as in an ordinary container, and somebody measured it. Weakened: it holds, but somebody widened it, for example by an added capability, or a process of another container entered it. Not enforced: it was asked for, and the kernel does not hold it. Off: it was not asked for.',
    source: 'docs/effective-controls.md of this project',
    rules: [],
  },
  {
    id: 'finding',
    name: 'finding',
    aliases: ['findings', 'issue', 'violation'],
    text: 'What a rule found wrong with one subject, from the scan that first saw it until a scan that judged it again and no longer did. Replicas of one service make one finding that names them all.',
    source: 'docs/commands.md of this project, `findings`',
    rules: [],
    host: ({ open }) =>
      open === null
        ? null
        : `${open.critical} critical, ${open.high} high, ${open.medium} medium, ${open.low} low`,
  },
  {
    id: 'severity',
    name: 'severity',
    aliases: ['critical', 'high', 'medium', 'low'],
    text: 'How much a finding matters. Critical: root on the host without another weakness. High: one control away from it, or open to strangers. Medium: a layer of defence is missing. Low: upkeep and good habit.',
    source: 'docs/rules.md of this project',
    rules: [],
    host: ({ open }) =>
      open === null
        ? null
        : `${open.critical} critical, ${open.high} high, ${open.medium} medium, ${open.low} low`,
  },
  {
    id: 'verdict',
    name: 'verdict',
    aliases: ['verdicts', 'pass', 'fail', 'not applicable'],
    text: 'What a rule says of a subject: `pass`, `fail`, `unknown` with the reason, or `not-applicable` where there is nothing to judge. There is no fifth, and what could not be read is never a pass.',
    source: 'docs/rules.md of this project',
    rules: [],
    host: coverageOf,
  },
  {
    id: 'unknown',
    name: 'unknown',
    aliases: ['unverified', 'undecided', 'not verified'],
    text: 'The verdict where facts are missing: a call was refused, an engine did not answer, or the API cannot tell. It comes with the reason, earns no points in the posture and never closes a finding. It is not a pass.',
    source: 'docs/rules.md of this project',
    rules: [],
    containers: { label: 'With a property that could not be judged', facet: 'unverified' },
    host: coverageOf,
  },
  {
    id: 'coverage',
    name: 'coverage',
    aliases: ['blind spot'],
    text: 'How many checks of the last scan were answered with pass or fail. Seawall shows it beside every grade, because a good grade means little if few checks were answered.',
    source: 'docs/commands.md of this project, `status`',
    rules: [],
    host: coverageOf,
  },
  {
    id: 'evidence-level',
    name: 'evidence level',
    aliases: ['evidence', 'api level', 'files level', 'kernel level'],
    text: 'How deep Seawall may look at a host. `api` asks the engine, by GET and HEAD alone. `files` also reads files of the host through a container that is created and never started. `kernel` also reads the state of processes with a short-lived probe. Only a measurement turns a control green.',
    source: 'docs/settings.md of this project, `hosts[].evidence`',
    rules: [],
    host: ({ evidence }) => `level ${evidence}`,
  },
  {
    id: 'fingerprint',
    name: 'fingerprint',
    aliases: ['finding id', 'identity of a finding'],
    text: 'The identity of a finding on one host: 16 hex digits over the rule, the kind of subject and its stable name, which is the Compose or Swarm service before any container id. A redeployment keeps it, so one problem stays one finding.',
    source: 'SARIF 2.1.0, `partialFingerprints`',
    rules: [],
  },
  {
    id: 'baseline-state',
    name: 'baseline state',
    aliases: ['new finding', 'absent'],
    text: 'How a finding compares with the scan before: `new`, `unchanged`, `updated` when its severity or text changed, or `absent` when it is gone. Seawall does not report the findings of the first scan of a host as new.',
    source: 'SARIF 2.1.0, `baselineState`',
    rules: [],
  },
  {
    id: 'baseline',
    name: 'baseline',
    aliases: ['baselines', 'approved baseline', 'drift'],
    text: 'How a container should look. `baseline approve <container>` stores its user, privileges, mounts, networks, limits and image as they are now. From then on `inspect`, `diff` and the digest name each field that differs: that is drift. `baseline withdraw <container>` ends it. Before you approve anything, the first scan of a host is what later scans are compared with.',
    source: 'docs/past-and-drift.md of this project',
    rules: [],
  },
  {
    id: 'snapshot',
    name: 'snapshot',
    aliases: ['section', 'collector', 'scan'],
    text: 'What one host looked like at one time, in sections: engine, containers, images and so on. Each section was read, or it was not and says why. Rules see snapshots alone, so a scan can be judged again at any time.',
    source: 'ARCHITECTURE.md of this project',
    rules: [],
    host: ({ unreadSections, lastScanAt }) => {
      if (lastScanAt === null) return null;
      const unread = unreadSections.map(({ section }) => section).join(', ');
      return unread === '' ? 'every section read' : `not read: ${unread}`;
    },
  },
  {
    id: 'facet',
    name: 'facet',
    aliases: ['facets', 'property', 'properties'],
    text: 'A property of containers that `containers` filters by, such as `root` or `docker-socket`. Most are the failing state of a rule; several of them together mean *and*. A container whose facet could not be judged is listed apart.',
    source: 'docs/commands.md of this project, `containers`',
    rules: [],
  },
  {
    id: 'grade',
    name: 'grade',
    aliases: ['grades', 'score', 'mark'],
    text: 'The posture of a host as a letter, from its score of 0 to 100: A from 90, B from 80, C from 70, D from 60, and F below. Only a check that passed earns points; a failed check and an unknown check earn none. So the score is what is proven. A way to root from inside a container limits the score to 79, one from a public port to 59. `posture` names the three fixes that raise it most.',
    source: 'docs/posture.md of this project',
    rules: [],
    host: ({ grade, coverage }) =>
      grade === null
        ? null
        : `grade ${grade.grade}, ${grade.score} of 100${coverage === null ? '' : `; ${coverage.unknown} checks unknown`}`,
  },
  {
    id: 'posture',
    name: 'posture',
    aliases: ['pillar', 'pillars'],
    text: 'How secure a host is as a whole, over five pillars: isolation, engine, privilege, controls and images. What is unknown earns no points, and a path from a public port to root on the host limits the score.',
    source: 'docs/commands.md of this project, `posture`',
    rules: [],
    host: coverageOf,
  },
  {
    id: 'acceptance',
    name: 'acceptance',
    aliases: ['accept', 'accepted risk', 'risk acceptance', 'suppression', 'exception'],
    text: 'A person’s decision to live with a finding, with a reason and an end. It is bound to the facts that made the rule fail: another image, capability or mount voids it, and so does a higher severity. It hides the finding from the daily news and never deletes it.',
    source: 'SARIF 2.1.0, `suppressions`',
    rules: [],
  },
  {
    id: 'attestation',
    name: 'attestation',
    aliases: ['attest', 'manual control'],
    text: 'A person’s answer to a rule that no machine can judge, such as whether only trusted users control the engine: pass or fail, with a reason and an end. After the end the verdict is unknown again.',
    source: 'docs/rules.md of this project',
    rules: [],
  },
];
