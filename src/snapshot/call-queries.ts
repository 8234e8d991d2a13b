import type { Endpoint } from './collector.ts';

export type Query = Readonly<Record<string, string>>;

/** Containers in every state. */
export const ALL_CONTAINERS = { all: '1' } as const;
/** Images without the steps of builds. */
export const FINAL_IMAGES = { all: '0' } as const;
/** One answer at once; without `one-shot` the engine waits a second for a second sample. */
export const ONE_SHOT = { stream: '0', 'one-shot': '1' } as const;
/** What happens from now on. */
export const CONTAINER_EVENTS = { filters: JSON.stringify({ type: ['container'] }) };
/** In a declared query any time, as engines read it: seconds, and nine digits after the point. */
export const SECONDS = '{seconds}';

/**
 * Constants, because `ps` arguments from outside could print every process's environment. `comm`
 * stands last: a program may have blanks in its name. Each is for hosts whose `ps` knows less than
 * the one before asks for: an old procps, then busybox.
 */
export const PS_ARGUMENTS = [
  '-eo pid,ppid,euid,ruid,suid,fuid,egid,rgid,sgid,fgid,supgid,pidns,netns,mntns,userns,ipcns,utsns,cgroupns,nlwp,label,comm',
  '-eo pid,ppid,euid,comm',
  '-o pid,user,comm',
] as const;

/** In a declared query numbers of at most a hundred processes, with commas between them. */
export const PIDS = '{pids}';
/** A row for each thread of given processes: `-q` has procps look at no other. */
export const THREAD_ARGUMENTS = `-Lo pid,euid,ruid,suid,fuid,egid,rgid,sgid,fgid,supgid,nlwp,comm -q ${PIDS}`;

/**
 * Podman's own words. What it does not know it hands to a `ps` inside of the container, so every word
 * is one that it has had since the release named in `container-processes.ts`. `comm` stands last here, too.
 */
export const PODMAN_ARGUMENTS = 'hpid,huid,capinh,capprm,capeff,capbnd,capamb,seccomp,label,comm';

const queries: Partial<Record<Endpoint, readonly Query[]>> = {
  'GET /containers/json': [ALL_CONTAINERS],
  'GET /containers/{id}/stats': [ONE_SHOT],
  'GET /containers/{id}/top': [...PS_ARGUMENTS, THREAD_ARGUMENTS, PODMAN_ARGUMENTS].map(
    (ps_args) => ({ ps_args }),
  ),
  'GET /events': [CONTAINER_EVENTS, { since: SECONDS, until: SECONDS }],
  'GET /images/json': [FINAL_IMAGES],
};

/** The queries with which scans and watching make a call without archives; most are made without any. */
export const queriesOf = (call: Endpoint): readonly Query[] => queries[call] ?? [{}];
