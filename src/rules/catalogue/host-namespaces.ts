import type { ContainerFacts, NamespaceFact } from '../../snapshot/facts/container.ts';
import { judgeNamespace } from '../control-evidence.ts';
import { controlRule } from '../control-rule.ts';
import { hostNamespace, joinedNamespace, underWrapper } from '../example-facts.ts';
import type { Rule } from '../rule.ts';

export const hostNamespaces = [
  ownNamespaceRule({
    id: 'no-host-ipc',
    kind: 'ipc',
    severity: 'medium',
    control: '5.17',
    rationale: 'Such a container reads and writes the shared memory of programs on the host.',
    remediation:
      'Drop `--ipc host`; let the containers that work together share one with `--ipc shareable` and `--ipc container:<name>`.',
    words: 'Give {} its own IPC namespace',
    examples: joinable((ipcNamespace) => ({ ipcNamespace }), '', 'shareable'),
  }),
  ownNamespaceRule({
    id: 'no-host-pid',
    kind: 'pid',
    severity: 'high',
    control: '5.16',
    rationale:
      'Such a container sees every process of the host, may signal those of its own uid, and with one more capability reads their memory.',
    remediation:
      'Drop `--pid host`; join a single container with `--pid container:<name>` where a tool must look at one.',
    words: 'Give {} its own PID namespace',
    examples: joinable((pidNamespace) => ({ pidNamespace }), ''),
  }),
  ownNamespaceRule({
    id: 'no-host-uts',
    kind: 'uts',
    severity: 'low',
    control: '5.21',
    rationale: 'Such a container can rename the host, which confuses logs and certificates.',
    remediation: 'Drop `--uts host`; set a name with `--hostname` where one is needed.',
    words: 'Give {} its own host name',
    examples: {
      pass: [{ container: { utsNamespace: { mode: '', resolved: 'private', via: [] } } }],
      fail: [{ container: { utsNamespace: hostNamespace } }],
      unknown: [underWrapper],
    },
  }),
] as const;

interface Declared
  extends Pick<Rule, 'id' | 'severity' | 'rationale' | 'remediation' | 'examples'> {
  kind: 'ipc' | 'pid' | 'uts';
  /** Number of the control, the same in both versions. */
  control: string;
  /** What the fix is for. */
  words: string;
}

/** A rule that wants a namespace of one kind not to be the host's. */
function ownNamespaceRule({
  kind,
  control,
  words,
  ...declared
}: Declared): Rule<'container', 'containers', 'processes'> {
  const name = kind.toUpperCase();
  return controlRule({
    ...declared,
    title: `Containers do not share the host ${name} namespace`,
    pillar: 'isolation',
    controls: [`cis-1.6:${control}`, `cis-1.8:${control}`],
    fix: {
      words,
      change: () => ({ run: `leave out --${kind} host`, compose: `remove ${kind}: host` }),
    },
    facet: `host-${kind}`,
    consults: ['processes'],
    judge: (held) => judgeNamespace(held, `ns-${kind}`, name),
  });
}

/** Examples of a namespace that a container may share with another, with the modes that give it one of its own. */
function joinable(
  container: (namespace: NamespaceFact) => Partial<ContainerFacts>,
  ...modes: readonly string[]
): Rule['examples'] {
  const having = (namespace: NamespaceFact) => ({ container: container(namespace) });
  return {
    pass: [
      ...modes.map((mode) => having({ mode, resolved: 'private', via: [] })),
      having(joinedNamespace('shared', 'proxy')),
    ],
    fail: [
      having(hostNamespace),
      having(joinedNamespace('host', 'agent')),
      having(joinedNamespace('host', 'helper', 'agent')),
      { container: { ...container(hostNamespace), state: 'exited' } },
    ],
    unknown: [
      underWrapper,
      having(joinedNamespace('unknown')),
      having(joinedNamespace('unknown', 'one', 'other')),
    ],
  };
}
