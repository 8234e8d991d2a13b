import { OutsideError, statusOf } from '../../shared/errors.ts';
import { type Reading, read, unread } from '../../shared/reading.ts';
import type { EngineReader, SubjectList } from '../collector.ts';
import { defineCollector } from '../define-collector.ts';
import type { ContainerFacts } from '../facts/container.ts';
import type { UserFact } from '../facts/user.ts';
import type { FirstLook } from '../first-look.ts';
import { answerList, field, foreign, text } from '../foreign.ts';
import { parseDeclaredUser, userFromPasswd, userWithoutPasswd } from '../normalise/accounts.ts';
import { containerFacts, type DeclaredContainer, namespaceFacts } from '../normalise/container.ts';
import type { BindSources } from '../normalise/mounts.ts';
import { namespaceResolver } from '../normalise/namespaces.ts';
import { valueIn } from '../outcome.ts';
import { onPodman } from '../podman.ts';
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
  async collect({ first, engine }): Promise<SubjectList<ContainerFacts>> {
    const looks = await readEach(valueIn(first.containers), async ({ inspected }) => {
      const { identity, declared, podman } = valueIn(inspected);
      return { ...valueIn(identity), declared, podman };
    });
    const namespaceOf = namespaceResolver([
      ...looks.read,
      ...looks.unread.map(({ id, name }) => ({ id, name, modes: null })),
    ]);
    const isOnPodman = 'value' in first.version && first.version.value.isPodman;
    const facts = await readEach(looks.read, async ({ id, declared, podman }) => {
      const container = valueIn(declared);
      const bindSources = bindSourcesFor(container, first);
      const user = await readUser(engine, id, container.user);
      const namespaces = namespaceFacts((kind) => namespaceOf(id, kind));
      const own = containerFacts(container, { user, namespaces, bindSources });
      return isOnPodman ? onPodman(own, podman) : own;
    });
    return {
      read: facts.read.sort(byNameThenId),
      unread: [...looks.unread, ...facts.unread].sort(byNameThenId),
    };
  },
});

/**
 * A local volume may be a host path in disguise, which only the list of volumes tells. A container
 * without one does without the list; one with it is unread when the list cannot be read, since
 * "mounts no host path" would be a guess.
 */
function bindSourcesFor({ mounts }: DeclaredContainer, { volumes }: FirstLook): BindSources {
  const isNeeded = mounts.some(({ localVolume }) => localVolume !== null);
  return new Map(isNeeded ? valueIn(volumes).map((volume) => [volume.name, volume]) : []);
}

async function readUser(engine: EngineReader, id: string, declared: string): Promise<UserFact> {
  if (parseDeclaredUser(declared).kind !== 'name') return userWithoutPasswd(declared, '');
  const passwd = await readPasswd(engine, id);
  return passwd.state === 'read'
    ? userFromPasswd(declared, passwd.value)
    : userWithoutPasswd(declared, passwd.reason);
}

const MISSING_PASSWD = 'the container has no /etc/passwd to look the name up';

async function readPasswd(engine: EngineReader, id: string): Promise<Reading<string>> {
  try {
    const body = await engine.get(`/containers/${id}/archive`, { path: '/etc/passwd' });
    const [entry] = answerList(foreign('GET /containers/{id}/archive', body));
    // Podman answers with an empty archive where Docker answers 404.
    if (!entry) return unread(MISSING_PASSWD);
    const kind = text(field(entry, 'kind'));
    if (kind !== 'file') return unread(`the container's /etc/passwd is not a regular file`);
    return read(text(field(entry, 'content')));
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    return unread(statusOf(error) === 404 ? MISSING_PASSWD : error.message);
  }
}
