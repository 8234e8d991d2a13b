import { OutsideError, statusOf } from '../../shared/errors.ts';
import { MISSING_PASSWD, passwdFormat } from '../archive/single-file.ts';
import { defineCollector, type EngineReader, type SubjectList } from '../collector.ts';
import type { ContainerFacts } from '../facts/container.ts';
import type { UserFact } from '../facts/user.ts';
import { type Foreign, field, foreign, list, pathId, text, textOrEmpty } from '../foreign.ts';
import { listContainers } from '../list-containers.ts';
import { parseDeclaredUser, userWithoutPasswd } from '../normalise/accounts.ts';
import { containerFacts, namespaceFacts, namespaceModes } from '../normalise/container.ts';
import { type BindSources, localVolumeOf, volumeFacts } from '../normalise/mounts.ts';
import { type NamespaceOwner, namespaceResolver } from '../normalise/namespaces.ts';
import { isPodman, onPodman, type PodmanDetails, podmanDetails } from '../podman.ts';
import { byNameThenId, readEach } from '../read-each.ts';

export const containers = defineCollector({
  id: 'containers',
  purpose:
    'Configuration of every container in every state; /etc/passwd of those whose user is a name.',
  reads: [
    'GET /version',
    'GET /containers/json',
    'GET /containers/{id}/json',
    'GET /libpod/containers/{id}/json',
    'GET /containers/{id}/archive',
    'GET /volumes',
  ],
  async collect({ engine, context }): Promise<SubjectList<ContainerFacts>> {
    const isOnPodman = await isSurelyPodman(engine);
    const inspected = await readEach(await listContainers(engine), ({ id }) =>
      inspect(engine, id, isOnPodman),
    );
    const namespaceOf = namespaceResolver([
      ...inspected.read,
      ...inspected.unread.map(({ id, name }) => ({ id, name, modes: null })),
    ]);
    const facts = await readEach(inspected.read, async ({ id, answer, podman }) => {
      const bindSources = await bindSourcesFor(engine, answer);
      const user = await readUser(engine, id, textOrEmpty(field(answer, 'Config', 'User')));
      const namespaces = namespaceFacts((kind) => namespaceOf(id, kind));
      const own = containerFacts(answer, { user, namespaces, bindSources }, context);
      return isOnPodman ? onPodman(own, podman) : own;
    });
    return {
      read: facts.read.sort(byNameThenId),
      unread: [...inspected.unread, ...facts.unread].sort(byNameThenId),
    };
  },
});

interface Inspected extends NamespaceOwner {
  answer: Foreign;
  /** Null on another engine, and where Podman does not tell. */
  podman: PodmanDetails | null;
}

/** Where it cannot be asked, as through a socket proxy, it is taken for Docker. */
async function isSurelyPodman(engine: EngineReader): Promise<boolean> {
  try {
    return await isPodman(engine);
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    return false;
  }
}

async function inspect(
  engine: EngineReader,
  listedId: string,
  isOnPodman: boolean,
): Promise<Inspected> {
  const body = await engine.get(`/containers/${listedId}/json`);
  const answer = foreign('GET /containers/{id}/json', body);
  const id = pathId(field(answer, 'Id'));
  const name = text(field(answer, 'Name')).replace(/^\//, '');
  const modes = namespaceModes(answer);
  const podman = isOnPodman ? await podmanDetails(engine, id) : null;
  return {
    id,
    name,
    modes: podman ? { ...modes, cgroup: podman.cgroupMode } : modes,
    answer,
    podman,
  };
}

/**
 * A local volume may be a host path in disguise, which only the list of volumes tells. A container
 * without one does without the list; one with it is unread when the list cannot be read, since
 * "mounts no host path" would be a guess.
 */
async function bindSourcesFor(engine: EngineReader, answer: Foreign): Promise<BindSources> {
  const isNeeded = list(field(answer, 'Mounts')).some((mount) => localVolumeOf(mount) !== null);
  if (!isNeeded) return new Map();
  const volumes = foreign('GET /volumes', await engine.get('/volumes'));
  return new Map(volumeFacts(volumes).map((volume) => [volume.name, volume]));
}

async function readUser(engine: EngineReader, id: string, declared: string): Promise<UserFact> {
  if (parseDeclaredUser(declared).kind !== 'name') return userWithoutPasswd(declared, '');
  const archive = `/containers/${id}/archive`;
  try {
    const wanted = declared;
    return await engine.readArchive(archive, { path: '/etc/passwd' }, passwdFormat, { wanted });
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    const reason = statusOf(error) === 404 ? MISSING_PASSWD : error.message;
    return userWithoutPasswd(declared, reason);
  }
}
