import type { ContainerControls, JudgedContainer } from '../controls/container-controls.ts';
import type { ControlName } from '../controls/control.ts';
import type { Held } from '../controls/held-alike.ts';
import type { Reading } from '../shared/reading.ts';
import type { SubjectList } from '../snapshot/collector.ts';
import type { ContainerMounts } from '../snapshot/container-mounts.ts';
import type { Evidence } from '../snapshot/evidence.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { EngineFacts } from '../snapshot/facts/engine.ts';
import type { ExecSession } from '../snapshot/facts/exec.ts';
import type { HostFilesFacts } from '../snapshot/facts/host-files.ts';
import type { HostMount } from '../snapshot/facts/host-processes.ts';
import type { ImageFacts } from '../snapshot/facts/image.ts';
import type { SwarmFacts } from '../snapshot/facts/swarm.ts';
import type { SeenProcesses } from '../snapshot/seen-processes.ts';
import type { SectionId, Sections, SectionValue } from '../snapshot/snapshot.ts';
import type { Published } from '../surface/published-ports.ts';
import type { Policy } from './policy.ts';

export const severities = ['low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** Order with the gravest first. */
export const gravestFirst = (a: { severity: Severity }, b: { severity: Severity }): number =>
  severities.indexOf(b.severity) - severities.indexOf(a.severity);

/** What makes a host secure, weakest first in the order in which one should look. */
export const pillarIds = ['privilege', 'isolation', 'controls', 'engine', 'images'] as const;
export type PillarId = (typeof pillarIds)[number];

/** The exact change of configuration that repairs a container. */
export interface FixChange {
  /** For `docker run`, e.g. `leave out --privileged`. */
  run: string;
  /** For a Compose file, below the service. */
  compose: string;
}

/** What was seen under a path of a finding's evidence, as text. */
export type SeenValues = (path: string) => string[];

/** What a rule says of one subject. Nothing is judged without evidence or a reason. */
export type Judgement =
  | { verdict: 'pass'; message: string; evidence: Evidence[] }
  | {
      verdict: 'fail';
      message: string;
      evidence: Evidence[];
      severity?: Severity;
      /** Rule whose finding on this host already says it; the subject is then listed there. */
      cause?: string;
    }
  | { verdict: 'unknown'; reason: string; evidence?: Evidence[] }
  | { verdict: 'not-applicable'; reason: string; evidence?: Evidence[] };

export type Verdict = Judgement['verdict'];

/** The machine itself: always one subject, whatever could be read of it. */
export interface HostSubject {
  name: string;
}

/** Kinds of subject that a rule can judge, with the facts it is handed. */
export interface Subjects {
  /** Without what its controls judge: of that `controlsOf` tells, so that one question has one judge. */
  container: JudgedContainer;
  image: ImageFacts;
  engine: EngineFacts;
  swarm: SwarmFacts;
  host: HostSubject;
}
export type SubjectKind = keyof Subjects;

/** Sections as a rule sees them: of containers without what their controls judge. */
interface Judged {
  containers: SubjectList<JudgedContainer>;
}

/** The sections named in `needs`, already known to be readable; those in `consults` may be unread. */
export type Facts<N extends SectionId, C extends SectionId> = {
  [K in N]: K extends keyof Judged ? Judged[K] : SectionValue<K>;
} & {
  [K in C]: K extends keyof Judged ? Reading<Judged[K]> : Sections[K];
};

/** A host in an example: what is said differs from an unremarkable one (see `example-host.ts`). */
export interface ExampleHost {
  /** The subject's deviations from an ordinary, hardened one. */
  container?: Partial<ContainerFacts>;
  image?: Partial<ImageFacts>;
  engine?: Partial<EngineFacts>;
  /** Further containers on the host. */
  otherContainers?: Partial<ContainerFacts>[];
  otherImages?: Partial<ImageFacts>[];
  networks?: SectionValue<'networks'>;
  processes?: SectionValue<'processes'>;
  limits?: SectionValue<'limits'>;
  packages?: SectionValue<'packages'>;
  execs?: SectionValue<'execs'>;
  /** Without it no image was looked into. */
  setUid?: SectionValue<'setUid'>;
  /** Without it each path of a mount leads to where it says. */
  mountSources?: SectionValue<'mountSources'>;
  /** Without it nobody asked the kernel. */
  kernel?: SectionValue<'kernel'>['containers'];
  /** Sockets that listen below /tmp; without it nobody read them. */
  temporarySockets?: string[];
  /** Without it nobody read what is mounted on the host. */
  hostMounts?: HostMount[];
  /** Files that root believes with a second name, and those of which nobody knows; nobody asked when not given. */
  manyNamed?: { files: string[]; uncounted?: string[] };
  swarm?: Partial<SectionValue<'swarm'>>;
  /** Without it nobody asked the kernel what listens. */
  listeners?: SectionValue<'listeners'>;
  /** Files of the roles that are not named are ordinary. */
  hostFiles?: Partial<Omit<HostFilesFacts, 'files'>> & { files?: Partial<HostFilesFacts['files']> };
  /** Deviations from the default policy. */
  policy?: Partial<Policy>;
  /** Severity expected of a `fail`, where it differs from the rule's own. */
  severity?: Severity;
}

/** What a judgement may use beside facts. */
export interface JudgeContext {
  policy: Policy;
  /** ISO time of the snapshot: the only time a rule knows. */
  takenAt: string;
  /** What holds a container of the snapshot, by its id. Throws for another. */
  controlsOf: (containerId: string) => ContainerControls;
  /** The same as far as it speaks of no single one; see `heldAlike`. */
  heldAlike: (containerId: string) => Held;
  /** Its execs that run now, of the section `execs`. */
  execsOf: (containerId: string) => Reading<ExecSession[]>;
  /** What its mounts show, by every section that tells of them. Throws for a container of another snapshot. */
  mountsOf: (containerId: string) => ContainerMounts;
  /** Ports of the host that are published for it, by the sections `engine`, `networks` and `swarm`. */
  publishedOf: (container: JudgedContainer) => Published;
  /** The containers that are made from an image, by its id; none where they were not read. */
  usersOf: (imageId: string) => readonly JudgedContainer[];
  /** What is known of its processes, those that left its control groups among them. */
  seenProcessesOf: (containerId: string) => SeenProcesses;
}

export interface Rule<
  K extends SubjectKind = SubjectKind,
  N extends SectionId = SectionId,
  C extends SectionId = SectionId,
  P = unknown,
> {
  id: string;
  /** Own words, the good state. */
  title: string;
  subject: K;
  severity: Severity;
  /** Where it counts in the posture. */
  pillar: PillarId;
  /**
   * Id of the rule whose question it asks too, of other files or settings: together they weigh what
   * the heaviest of them weighs. Without it the rule asks a question of its own.
   */
  question?: string;
  /** `cis-1.6:5.5`, `cis-1.8:5.5`; never quoted text of a benchmark. */
  controls: readonly `cis-${'1.6' | '1.8'}:${string}`[];
  /** Why it matters, one or two sentences. */
  rationale: string;
  /** What to do, with the exact flag or setting. */
  remediation: string;
  fix: {
    /** The same as one clause; `{}` stands for the subject, e.g. `Run {} without --privileged`. */
    words: string;
    /** What to write for one finding, where a change of configuration repairs it. */
    change?: (seen: SeenValues) => FixChange;
  };
  /** Facet of `/seawall containers` that a failing container has, e.g. `privileged`. */
  facet?: string;
  /** Controls of a container that show what it judges, as configured and in force. */
  shownBy?: readonly ControlName[];
  /** A person may answer where no evidence can: `/seawall attest <rule>`. */
  isAttestable?: true;
  /** About Docker's own engine, its settings, files or network: does not apply to Podman. */
  isOfDocker?: true;
  /** Sections that must be readable, the subject's own included; otherwise the verdict is unknown. */
  needs: readonly N[];
  /** Sections that sharpen the verdict when they are readable. */
  consults?: readonly C[];
  /** What is the same for all subjects of a host, worked out once before the first is judged. */
  prepare?(facts: Facts<N, C>, context: JudgeContext): P;
  judge(subject: Subjects[K], facts: Facts<N, C>, context: JudgeContext, prepared: P): Judgement;
  /** Tests and documentation at once. */
  examples: {
    pass: readonly ExampleHost[];
    fail: readonly ExampleHost[];
    unknown?: readonly ExampleHost[];
    'not-applicable'?: readonly ExampleHost[];
  };
}

/** What every rule of a family says for itself. */
export type RuleText = Pick<
  Rule,
  'id' | 'title' | 'severity' | 'question' | 'controls' | 'rationale' | 'remediation' | 'fix'
>;

/** The subject is as the rule wants it; the message completes its name: `runs without root`. */
export const pass = (message: string, evidence: Evidence[]): Judgement => ({
  verdict: 'pass',
  message,
  evidence,
});

/** The subject is not; `more` may give a severity other than the rule's own, or the rule that says it already. */
export const fail = (
  message: string,
  evidence: Evidence[],
  more: Pick<Extract<Judgement, { verdict: 'fail' }>, 'severity' | 'cause'> = {},
): Judgement => ({ verdict: 'fail', message, evidence, ...more });

/** The facts do not decide, for this reason. */
export const unknown = (reason: string, evidence: Evidence[] = []): Judgement => ({
  verdict: 'unknown',
  reason,
  evidence,
});

/** There is nothing to judge, for this reason. */
export const notApplicable = (reason: string, evidence: Evidence[] = []): Judgement => ({
  verdict: 'not-applicable',
  reason,
  evidence,
});

/**
 * What to say when only the team can tell right from wrong and did not. `question` completes
 * "nobody said …"; the reason names the setting to set.
 */
export function needsPolicy(
  setting: keyof Policy,
  question: string,
  evidence: Evidence[] = [],
): Judgement {
  return unknown(`nobody said ${question}: set policy.${setting} in seawall.yml`, evidence);
}

/**
 * What to say of a control that no evidence answers as long as no person does; `why` says what is out
 * of sight, and where the person may look.
 */
export function needsAttestation(
  rule: string,
  evidence: Evidence[] = [],
  why: string | null = null,
): Judgement {
  const ask = `a person must answer: /seawall attest ${rule}`;
  return unknown(why === null ? ask : `${why}; ${ask}`, evidence);
}

/** Section that lists the subjects of a kind; null for the host, which is there in any case. */
export const sectionOf = {
  container: 'containers',
  image: 'images',
  engine: 'engine',
  swarm: 'swarm',
  host: null,
} as const satisfies Record<SubjectKind, SectionId | null>;

type OwnSection<K extends SubjectKind> = Exclude<(typeof sectionOf)[K], null>;

type Declared<K extends SubjectKind, N extends SectionId, C extends SectionId, P> = Omit<
  Rule<K, N | OwnSection<K>, C, P>,
  'needs'
> & {
  /** Sections that must be readable beside that of the subject; otherwise the verdict is unknown. */
  needs?: readonly N[];
};

/** Declares a rule: one judgement with an id, over one kind of subject. */
export function defineRule<
  const K extends SubjectKind,
  const N extends SectionId = never,
  const C extends SectionId = never,
  P = undefined,
>(declared: Declared<K, N, C, P>): Rule<K, N | OwnSection<K>, C, P> {
  const own: SectionId | null = sectionOf[declared.subject];
  const needs = [...(own === null ? [] : [own]), ...(declared.needs ?? [])];
  return { ...declared, needs: needs as (N | OwnSection<K>)[] };
}

/** Every severity that a rule may give: its own, and others, of each of which it has an example. */
export const severitiesOf = ({
  severity,
  examples,
}: Pick<Rule, 'severity' | 'examples'>): Severity[] => [
  ...new Set([severity, ...examples.fail.map((one) => one.severity ?? severity)]),
];
