import { OutsideError, statusOf } from '../../shared/errors.ts';
import { MISSING_PASSWD, passwdFormat } from '../archive/single-file.ts';
import type { EngineReader, SubjectList, UnreadSubject } from '../collector.ts';
import { defineCollector, type FirstLook } from '../define-collector.ts';
import type { ContainerFacts, UserFact } from '../facts/container.ts';
import type { ListedContainer } from '../list-containers.ts';
import { parseDeclaredUser, userWithoutPasswd } from '../normalise/accounts.ts';
import { containerFacts, type DeclaredContainer, namespaceFacts } from '../normalise/container.ts';
import { isWithin, normaliseHostPath } from '../normalise/host-path.ts';
import type { BindSources } from '../normalise/mounts.ts';
import { namespaceResolver } from '../normalise/namespaces.ts';
import { byNameThenId, readEach, valueIn } from '../outcome.ts';
import { onPodman } from '../podman.ts';

export const containers = defineCollector({
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
  async collect({ first, engine }): Promise<SubjectList<ContainerFacts>> {
    const listed = valueIn(first.containers);
    const looks = await readEach(listed, async ({ inspected }) => {
      const { identity, declared, podman } = valueIn(inspected);
      return { ...valueIn(identity), declared, podman };
    });
    const namespaceOf = namespaceResolver([
      ...looks.read,
      ...looks.unread.map(({ id, name }) => ({ id, name, modes: null })),
      ...(first.joined ?? []),
    ]);
    const isOnPodman = 'value' in first.version && first.version.value.isPodman;
    const facts = await readEach(looks.read, async ({ id, declared, podman }) => {
      const container = valueIn(declared);
      const bindSources = bindSourcesFor(container, first);
      const user = await readUser(engine, id, container, isOnPodman);
      const namespaces = namespaceFacts((kind) => namespaceOf(id, kind));
      const own = containerFacts(container, { user, namespaces, bindSources });
      return isOnPodman ? onPodman(own, podman) : own;
    });
    return {
      read: facts.read.sort(byNameThenId),
      unread: withServices([...looks.unread, ...facts.unread].sort(byNameThenId), listed),
    };
  },
});

/** A container that could not be read keeps its stable name, so that nothing of it counts as gone. */
function withServices(
  unread: readonly UnreadSubject[],
  listed: readonly ListedContainer[],
): UnreadSubject[] {
  const servicesOf = new Map(listed.map(({ id, services }) => [id, services]));
  return unread.map((one) => {
    const services = servicesOf.get(one.id);
    return services === undefined ? one : { ...one, services };
  });
}

/**
 * A local volume may be a host path in disguise, which only the list of volumes tells. A container
 * without one does without the list; one with it is unread when the list cannot be read, since
 * "mounts no host path" would be a guess.
 */
function bindSourcesFor({ mounts }: DeclaredContainer, { volumes }: FirstLook): BindSources {
  const isNeeded = mounts.some(({ localVolume }) => localVolume !== null);
  return new Map(isNeeded ? valueIn(volumes).map((volume) => [volume.name, volume]) : []);
}

const PASSWD = '/etc/passwd';
const COVERED_PASSWD =
  'the engine looks the name up in the /etc/passwd below the mount that covers it, which was not read';

/** Docker looks a name up in the root filesystem, without the mounts, which alone an archive shows. */
async function readUser(
  engine: EngineReader,
  id: string,
  { user: declared, mounts }: DeclaredContainer,
  isOnPodman: boolean,
): Promise<UserFact> {
  if (parseDeclaredUser(declared).kind !== 'name') return userWithoutPasswd(declared, '');
  const isCovered = mounts.some(({ fact }) =>
    isWithin(PASSWD, normaliseHostPath(fact.destination)),
  );
  if (isCovered && !isOnPodman) return userWithoutPasswd(declared, COVERED_PASSWD);
  const archive = `/containers/${id}/archive`;
  try {
    const wanted = declared;
    return await engine.readArchive(archive, { path: PASSWD }, passwdFormat, { wanted });
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    const reason = statusOf(error) === 404 ? MISSING_PASSWD : error.message;
    return userWithoutPasswd(declared, reason);
  }
}
