import type { StoredFinding } from '../ports/stored.ts';
import { table } from '../shared/table.ts';
import type { Evidence } from '../snapshot/evidence.ts';

/** Subjects that one command names. */
const SUBJECTS_MAX = 3;

type Subjects = Pick<StoredFinding, 'subjectKind' | 'subjects'>;

/**
 * The command that shows a fact on the host itself, safe to paste; null where there is none. It changes nothing, and
 * fails in no host that has the fact.
 */
export function evidenceCommand({ path, source }: Evidence, finding: Subjects): string | null {
  const names = finding.subjects.slice(0, SUBJECTS_MAX).map(shellWord).join(' ');
  const [first = ''] = finding.subjects.map(shellWord);
  const isAbout = (kind: Subjects['subjectKind']) => finding.subjectKind === kind && names !== '';
  switch (source) {
    case 'GET /containers/{id}/json':
      return inspectCommand(path, isAbout('container') ? names : null);
    case 'GET /containers/{id}/top':
      return isAbout('container') ? `docker top ${first} -eo ${columnsFor(path)}` : null;
    case 'GET /containers/{id}/stats':
      return isAbout('container') ? limitCommand(path, first) : null;
    case 'GET /exec/{id}/json':
      return isAbout('container') ? execCommand(path, first) : null;
    case 'GET /images/{id}/json':
      return isAbout('image') ? `docker image inspect${format(path)} ${names}` : null;
    case 'GET /images/{id}/history':
      return isAbout('image') ? `docker history --no-trunc ${first}` : null;
    case 'GET /images/json':
      return imagesCommand(path);
    case 'HEAD /containers/{id}/archive':
    case 'GET /containers/{id}/archive':
      return fileCommand(path);
    case 'GET /info':
      // Older engines have no such part, on which their template fails.
      if (path.startsWith('FirewallBackend')) return 'docker info';
      return `docker info${format(path) || " --format '{{json .SecurityOptions}}'"}`;
    case 'GET /services':
      return servicesCommand(path);
    case 'GET /plugins':
      return pluginsCommand(path);
    default:
      return isAbout('container') && IN_PROC.test(source)
        ? processCommand(source, path, first)
        : (others.get(source) ?? null);
  }
}

const others = table<string>({
  'GET /version': 'docker version',
  'GET /networks':
    "docker network inspect --format '{{.Name}} {{.Driver}} {{.EnableIPv6}} {{json .Options}}' $(docker network ls --quiet)",
  'GET /nodes': 'docker node ls',
  'GET /containers/json': 'docker ps --all',
  '/proc/PID/cmdline': 'ps -o args= -C dockerd',
  '/proc/PID/mountinfo': 'cat /proc/1/mountinfo',
  '/proc/PID/net/tcp': 'ss -tln',
  '/proc/1/net/unix': 'ss -xl',
});

/** What a control is told by, of what a container was made with. */
const fieldsOf = table<readonly string[]>({
  apparmor: ['AppArmorProfile'],
  capabilities: ['HostConfig.CapAdd', 'HostConfig.CapDrop', 'HostConfig.Privileged'],
  cap: ['HostConfig.CapAdd', 'HostConfig.CapDrop', 'HostConfig.Privileged'],
  'cpu-limit': ['HostConfig.NanoCpus', 'HostConfig.CpuQuota', 'HostConfig.CpusetCpus'],
  'memory-limit': ['HostConfig.Memory'],
  'no-new-privileges': ['HostConfig.SecurityOpt'],
  'pids-limit': ['HostConfig.PidsLimit'],
  rootfs: ['HostConfig.ReadonlyRootfs'],
  seccomp: ['HostConfig.SecurityOpt', 'HostConfig.Privileged'],
  selinux: ['HostConfig.SecurityOpt', 'ProcessLabel'],
  user: ['Config.User'],
  'user-namespace': ['HostConfig.UsernsMode'],
});

/** Docker's own program shows no exec, only its process: the user, and the capabilities that it can have at most. */
function execCommand(path: string, name: string): string | null {
  if (path === 'ProcessConfig.user') return `docker top ${name} -eo pid,ppid,euid,args`;
  if (path !== 'ProcessConfig.privileged') return null;
  const pids = `$(docker top ${name} -eo pid | tail -n +2)`;
  const bounds = `for pid in ${pids}; do grep -sH CapBnd "/proc/$pid/status"; done`;
  return `${bounds}; docker top ${name} -eo pid,args`;
}

/** What holds a container in force. Of processes Docker's own program shows only how many there are. */
function limitCommand(path: string, name: string): string | null {
  if (path.startsWith('memory')) {
    return `docker stats --no-stream --format '{{json .MemUsage}}' ${name}`;
  }
  if (!path.startsWith('pids')) return null;
  const find = 'sudo find /sys/fs/cgroup -path "*$id*" -name pids.max -exec grep -H . {} +';
  return `id=$(docker inspect --format '{{.Id}}' ${name}) && ${find}`;
}

/** Of a container, or of another than the finding is about, which the path then names. */
function inspectCommand(path: string, names: string | null): string | null {
  if (path.startsWith('HostConfig.LogConfig')) {
    return "docker inspect --format '{{.Name}} {{json .HostConfig.LogConfig.Type}}' $(docker ps --all --quiet)";
  }
  const [, other] = / (?:of|in) (\S+?)(?:, the newest)?$/.exec(path) ?? [];
  const whose = other === undefined ? names : shellWord(other);
  if (whose === null) return null;
  const [control = ''] = path.split(' ');
  const fields = fieldsOf.get(control.replace(/^cap-.*/, 'cap'));
  const shown = fields?.map((field) => `{{json .${field}}}`).join(' ');
  return `docker inspect${shown === undefined ? format(path) : ` --format '${shown}'`} ${whose}`;
}

/** What lies behind a part that may be missing, where a template of Docker fails: the part is shown. */
const BEHIND_A_GAP = /^(State\.Health|Spec\.TaskTemplate\.RestartPolicy)\..*/;

/** The field of Docker's answer that a path begins with; undefined for a fact that is none. */
const fieldOf = (path: string): string | undefined =>
  /^[A-Z][A-Za-z]*(?:\.[A-Z][A-Za-z0-9]*)*/.exec(path)?.[0].replace(BEHIND_A_GAP, '$1');

/** The part of a path that Docker's own template can name. */
function format(path: string): string {
  const field = fieldOf(path);
  return field === undefined ? '' : ` --format '{{json .${field}}}'`;
}

const namespaces = table<string>({
  'ns-pid': 'pidns',
  'ns-net': 'netns',
  'ns-ipc': 'ipcns',
  'ns-uts': 'utsns',
});

/** Columns of `ps` in which a fact about processes is seen. */
function columnsFor(path: string): string {
  const [control = ''] = path.split(' ');
  const column = /^(?:apparmor|selinux)$/.test(control) ? 'label' : namespaces.get(control);
  return `pid,${column ?? 'euid'},comm`;
}

function imagesCommand(path: string): string {
  const [, name] = /^Id of (\S+)$/.exec(path) ?? [];
  if (name !== undefined) return `docker image inspect --format '{{json .Id}}' ${shellWord(name)}`;
  return path === 'images in use' ? "docker ps --all --format '{{.Image}}'" : 'docker images';
}

function servicesCommand(path: string): string {
  const isSecrets = path === 'swarm secrets mounted';
  const field = isSecrets ? 'Spec.TaskTemplate.ContainerSpec.Secrets' : fieldOf(path);
  if (field === undefined) return 'docker service ls';
  return `docker service inspect --format '{{.Spec.Name}} {{json .${field}}}' $(docker service ls --quiet)`;
}

function pluginsCommand(path: string): string {
  const [, name] = /^privileges of (\S+)$/.exec(path) ?? [];
  return name === undefined ? 'docker plugin ls' : `docker plugin inspect ${shellWord(name)}`;
}

/** Files of a process in which the kernel tells what a container has. */
const IN_PROC = /^\/proc\/PID\/(?:status|attr\/current|uid_map|mountinfo)$/;

/** What the kernel says of the main process; which programs run tells the list of all. */
function processCommand(source: string, path: string, name: string): string {
  if (path === 'Name') return `docker top ${name} -eo pid,euid,comm`;
  const pid = `$(docker inspect --format '{{.State.Pid}}' ${name})`;
  return `sudo cat ${source.replace('PID', pid)}`;
}

/** Silent where there is none. */
const SETTINGS_FILE = 'sudo grep -s . /etc/docker/daemon.json';

/** Facts about host files are called `mode of /path`; a path with more words is left to people. */
function fileCommand(path: string): string | null {
  const [, group] = /^members of the group (\S+)$/.exec(path) ?? [];
  if (group !== undefined) return `getent group ${shellWord(group)}`;
  const [, file] = /^(?:mode|owner|mode and group) of (\/\S+)$/.exec(path) ?? [];
  if (file !== undefined) return `stat ${shellWord(file)}`;
  // A setting of the engine by its name: what was read does not say in which of the two it stands.
  return /^[a-z][a-z0-9-]*$/.test(path) ? `${SETTINGS_FILE}; ps -o args= -C dockerd` : null;
}

/** A word as a shell takes it: names come from the engine and may hold anything. */
export const shellWord = (word: string): string =>
  /^[A-Za-z0-9_/][\w.@:/-]*$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
