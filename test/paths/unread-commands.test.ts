import { assess } from '../../src/assessment/assess.ts';
import { evaluate } from '../../src/findings/evaluate.ts';
import { assessHost } from '../../src/posture/assess-host.ts';
import { allRules as rules } from '../../src/rules/all-rules.ts';
import {
  execsFound,
  hostNamespace,
  joinedNamespace,
  port,
  privileged,
} from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import { unread } from '../../src/shared/reading.ts';
import type { ContainerFacts } from '../../src/snapshot/facts/container.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { attackPaths } from '../support/attack-paths.ts';

// Which commands run in a container may be unread: then a privileged one may be among them.

const isPublic = { ports: [port('0.0.0.0', 80)] };
const open: Partial<ContainerFacts> = { ...isPublic, seccomp: 'unconfined' };
const hostWith = (container: Partial<ContainerFacts>, execs: Snapshot['execs']): Snapshot => ({
  ...exampleSnapshot({ container }),
  execs,
});
const sessions = (container: Partial<ContainerFacts>) =>
  attackPaths(assess(hostWith(container, unread('refused')))).paths.filter(({ steps }) =>
    steps.some(({ to }) => to.name === 'a privileged exec session'),
  );

it.each<[string, Partial<ContainerFacts>, string[]]>([
  ['without a seccomp profile', open, ['unproven']],
  ['behind its seccomp profile', isPublic, ['conditional']],
  ['among processes of the host', { ...isPublic, pidNamespace: hostNamespace }, ['unproven']],
  [
    'among processes that may be the host’s',
    { ...isPublic, pidNamespace: joinedNamespace('unknown') },
    ['unproven'],
  ],
  ['that does not run', { ...open, state: 'exited', pid: null }, []],
  ['that is privileged itself', { ...open, ...privileged }, []],
])('they may own the host in a container %s', (_name, container, certainties) => {
  expect(sessions(container).map(({ certainty }) => certainty)).toEqual(certainties);
});

it('no score rises because they were not read', () => {
  const scoreOf = (snapshot: Snapshot) =>
    assessHost(rules, evaluate(rules, assess(snapshot)), assess(snapshot)).score;
  const { execs } = exampleSnapshot({ execs: execsFound({ isPrivileged: true, user: 'root' }) });
  const seen = scoreOf(hostWith(open, execs));
  const blind = scoreOf(hostWith(open, unread('refused')));

  expect(seen).not.toBeNull();
  expect(blind).toBeLessThanOrEqual(seen ?? -1);
});
