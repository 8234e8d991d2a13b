import type { EngineReader } from '../collector.ts';
import { defineCollector } from '../define-collector.ts';
import type { SwarmFacts, SwarmServiceFacts } from '../facts/swarm.ts';
import {
  answerList,
  count,
  countOrZero,
  type Foreign,
  field,
  fieldWithin,
  foreign,
  isAbsent,
  listOrEmpty,
  nameText,
  text,
  textOrEmpty,
} from '../foreign.ts';
import { environmentVariable } from '../normalise/environment.ts';
import { portProtocol } from '../normalise/ports.ts';
import type { SwarmCluster } from '../normalise/swarm-cluster.ts';
import { byNameThenId, valueIn } from '../outcome.ts';

export const swarm = defineCollector({
  purpose: 'Swarm state; on a manager also nodes and services.',
  reads: ['GET /info', 'GET /nodes', 'GET /services'],
  async collect({ first, engine }): Promise<SwarmFacts> {
    const { state, isManager, managers, nodes, managerAt, cluster } = valueIn(first.swarm);
    if (isManager) {
      const facts = await managerFacts(engine, state, valueIn(cluster));
      return managerAt ? { ...facts, managerAt } : facts;
    }
    return {
      state,
      isManager: false,
      managers,
      nodes,
      isAutolocked: null,
      nodeCertificateSeconds: null,
      caValidFrom: null,
      isRotatingCa: null,
      services: [],
    };
  },
});

async function managerFacts(
  engine: EngineReader,
  state: string,
  cluster: SwarmCluster,
): Promise<SwarmFacts> {
  const [nodesBody, servicesBody] = await Promise.all([
    engine.get('/nodes'),
    engine.get('/services'),
  ]);
  const roles = answerList(foreign('GET /nodes', nodesBody)).map((node) =>
    text(field(node, 'Spec', 'Role')),
  );
  return {
    state,
    isManager: true,
    managers: roles.filter((role) => role === 'manager').length,
    nodes: roles.length,
    ...cluster,
    services: answerList(foreign('GET /services', servicesBody))
      .map(serviceFacts)
      .sort(byNameThenId),
  };
}

const NANO_PER_MS = 1_000_000;

/** A service that says nothing is restarted always and without limit (swarmkit's default). */
function serviceFacts(service: Foreign): SwarmServiceFacts {
  const policy = field(service, 'Spec', 'TaskTemplate', 'RestartPolicy');
  const container = field(service, 'Spec', 'TaskTemplate', 'ContainerSpec');
  const own = (name: string) => listOrEmpty(fieldWithin(container, name));
  const attempts = fieldWithin(policy, 'MaxAttempts');
  const windowMs = countOrZero(fieldWithin(policy, 'Window')) / NANO_PER_MS;
  return {
    id: nameText(field(service, 'ID')),
    name: nameText(field(service, 'Spec', 'Name')),
    restartCondition: textOrEmpty(fieldWithin(policy, 'Condition')) || 'any',
    maximumAttempts: isAbsent(attempts) ? null : count(attempts),
    ...(windowMs > 0 && { attemptsWindowMs: windowMs }),
    environment: own('Env').map((entry) => environmentVariable(text(entry))),
    secrets: own('Secrets').length,
    ingressPorts: ingressPorts(field(service, 'Endpoint')),
  };
}

/** A port that is published on the node of a task alone is a port of its container. */
function ingressPorts(endpoint: Foreign): SwarmServiceFacts['ingressPorts'] {
  return listOrEmpty(fieldWithin(endpoint, 'Ports'))
    .filter((port) => textOrEmpty(field(port, 'PublishMode')) !== 'host')
    .map((port) => ({
      protocol: portProtocol(field(port, 'Protocol')),
      hostPort: countOrZero(field(port, 'PublishedPort')),
      containerPort: count(field(port, 'TargetPort')),
    }));
}
