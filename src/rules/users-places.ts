import { isWithin } from '../snapshot/normalise/host-path.ts';

/** Of users who are not root. OSTree has them in /var, and Docker Desktop those of the machine around it elsewhere. */
const HOMES =
  /^(?:\/var|\/host_mnt(?:\/[a-z])?|\/run\/desktop\/mnt\/host\/[a-z]|\/mnt\/(?:host\/)?[a-z])?\/(?:home|Users)(?:\/[^/]+(?<below>\/.+)?)?$/;
/**
 * Below a home: what shells, sessions and tools run or believe, the folders in which that lies among them. Of other
 * settings and data of programs nothing is run.
 */
const STARTS_BELOW =
  /^\/(?:\.bash(?:rc|_profile|_login|_logout|_aliases)|\.z(?:shrc|shenv|profile|login|logout)|\.profile|\.x(?:profile|session|initrc)|\.vimrc|\.pam_environment|\.config|\.local|\.docker(?:\/config\.json)?|\.kube(?:\/config)?)$|^\/(?:bin|\.local\/bin|\.docker\/cli-plugins|\.(?:config|local\/share)\/systemd|\.config\/(?:autostart|environment\.d|fish))(?:\/|$)/;

/** What a path names below the home of a user who is not root: empty for the homes, null for any other path. */
const belowHome = (path: string): string | null => {
  const found = HOMES.exec(path);
  return found === null ? null : (found.groups?.below ?? '');
};

/**
 * Keys of a user of the host, who is not root: what may become of them hangs on that user. A folder of this name is one
 * of sshd and ssh wherever the home lies (sshd_config(5), AuthorizedKeysFile).
 */
export const isUserKeys = (path: string): boolean =>
  `${path}/`.includes('/.ssh/') && !isWithin(path, '/root') && !isWithin(path, '/var/roothome');

/** Such keys where no home is known to lie: they may be those of the service that mounts them. */
export const isKeysElsewhere = (path: string): boolean =>
  isUserKeys(path) && belowHome(path) === null;

/** Below the home of such a user: what its shell, its session or its tools run or believe. */
export const isUserStart = (path: string): boolean => STARTS_BELOW.test(belowHome(path) ?? '');

/** Below a home: what tools and programs keep there to log in elsewhere. */
const CREDENTIALS_BELOW =
  /^\/(?:\.docker(?:\/config\.json)?$|(?:\.(?:aws|azure|gnupg|kube|minikube|oci|password-store|terraform\.d)|\.config\/(?:doctl|gcloud|gh|hcloud|rclone)|\.local\/share\/keyrings)(?:\/|$)|\.(?:boto|git-credentials|my\.cnf|netrc|npmrc|pgpass|pypirc|s3cfg|vault-token)$)/;

/** Passwords and keys of such a user for other machines, clouds and registries. */
export const isUserCredentials = (path: string): boolean =>
  CREDENTIALS_BELOW.test(belowHome(path) ?? '');

/** What is called by a plain name in the home of root, as a project is: of settings and keys the names begin with a dot. */
const OF_ROOT = /^\/(?:root|var\/roothome)\/(?!bin(?:\/|$))[^./][^/]*(?:\/|$)/;

/** But for these: keys and passwords by their name, and what an installer was told, with the hash of root's password. */
const SECRET_NAME =
  /\/(?:\.(?:ssh|gnupg|aws|azure|kube|docker)|id_[a-z\d_]+|[^/]+\.(?:key|pem|p12|pfx|ppk|kdbx)|kubeconfig|keystonerc[^/]*|(?:anaconda|original|initial-setup)-ks\.cfg|(?:private|keys?|secrets?|credentials?|passwords?)(?:\.[a-z]+)?)(?:\/|$)/i;

/** True for a folder or file in the home of root that no shell or tool looks for, and whose name promises no secret. */
export const isOfRootsHome = (path: string): boolean =>
  OF_ROOT.test(path) && !SECRET_NAME.test(path);

/** The disk of the machine around Docker Desktop, or around a Linux of Windows, with the homes there. */
const DISK_AROUND = /^\/(host_mnt(\/[a-z])?|run\/desktop\/mnt\/host(\/[a-z])?|mnt\/(host\/)?c)$/;

/** The homes of all users, or that of one, in which such keys may lie; or the disk that has them. */
export const isHomes = (path: string): boolean => belowHome(path) === '' || DISK_AROUND.test(path);

/** What becomes of a socket in the session of a user: completes "whoever connects there …". */
type Connecting = string;

const ORDERS: Connecting = 'has programs run as that user';
const KEYS: Connecting = 'uses the keys of that user';
const SCREEN: Connecting = 'sees and types what that user does';

/** The folder of a user's session, and of all of them: the session's D-Bus and systemd listen there. */
const RUNTIME = /^\/run\/user(?:\/(\d+))?(\/.*)?$/;
/** Below it: these two, an engine of the user, and the folders of one. */
const OF_ORDERS = /^\/(?:bus|systemd(?:\/private)?|podman|docker|containerd)$/;
/** Below it: the agents of SSH, GnuPG and the desktop. */
const OF_KEYS = /^\/(?:keyring|gcr|gnupg|ssh-agent|openssh_agent)(?:[/.].*)?$/;

/** The same elsewhere: each with the user whose it is, where the path tells. */
const ELSEWHERE: readonly [path: RegExp, connecting: Connecting][] = [
  [/^\/tmp\/ssh-[^/]+(?:\/agent\.\d+)?$/, KEYS],
  // Docker Desktop hands the agent of its user in.
  [/^\/run\/host-services\/ssh-auth\.sock$/, KEYS],
  [/^\/tmp\/tmux-(\d+)(?:\/[^/]+)?$/, ORDERS],
  [/^\/run\/screens?(?:\/S-[^/]+)?(?:\/[^/]+)?$/, ORDERS],
  [/^\/tmp\/\.X11-unix(?:\/X\d+)?$/, SCREEN],
];

/**
 * What becomes of connecting to the sockets of users' sessions that a path is or holds; null for a path that is no such
 * socket nor a folder made for them.
 */
export function sessionAt(path: string): Connecting | null {
  const [isRuntime, , below = ''] = RUNTIME.exec(path) ?? [];
  if (isRuntime === undefined) return ELSEWHERE.find(([known]) => known.test(path))?.[1] ?? null;
  if (below === '' || OF_ORDERS.test(below)) return ORDERS;
  return OF_KEYS.test(below) ? KEYS : null;
}

/** True where such sockets are those of root. */
export const isOfRootsSession = (path: string): boolean =>
  /^\/run\/user\/0(?:\/|$)|^\/tmp\/tmux-0(?:\/|$)|^\/run\/screens?\/S-root(?:\/|$)/.test(path);

/** True for a folder with those of all users, and of root where it has a session. */
export const mayHoldRootsSession = (path: string): boolean =>
  /^\/(?:run\/user|run\/screens?)$/.test(path);

/** True for the folder of a user who is not root, and what lies in it. */
export const isOfUsersRuntime = (path: string): boolean =>
  /^\/run\/user\/[1-9]\d*(?:\/|$)/.test(path);

/** A folder in which an engine of a user may listen. */
export const mayHoldUsersEngine = (path: string): boolean => {
  const [isRuntime, , below = ''] = RUNTIME.exec(path) ?? [];
  return isRuntime !== undefined && /^(?:|\/(?:podman|docker|containerd))$/.test(below);
};
