import type { WordList } from './word-list.ts';

/** Ways to say that something is not there, is off, or is denied. */
export const absence: WordList = {
  NO: 'no|without|lack|lacks|lacking|lacked|missing|miss|misses|has no|have no|having no|with no|do not have|does not have|did not have|not have|have not|has not|have not got|not set|unset|not configured|absent|never set|neither|nor|omits|omit|forgot|forget|set no|sets no|do not set|does not set|not using|do not use|does not use|not defined|undefined|nothing limits',
  OFF: 'off|disabled|disable|disables|turned off|switched off|unconfined|deactivated|not enabled|not on|not active|inactive|not running|switched|bypassed|bypass',
  NOT: 'not|never|non|except|excluding|other than|apart from|nobody|none|no one|instead of',
  UNLIMITED:
    'unlimited|unbounded|limitless|uncapped|unconstrained|unrestricted|not limited|not capped|not bounded|infinite|no upper bound|as much as they want|as much as it wants|not restricted|use all|eat all|exhaust|hog all|flood|fill up|use up|starve|hog|take all|consume all|grab all|eat up|as much as it likes|as much as they like|burn all|take the whole|take the entire',
};

/** Properties of containers beside the names of facets; `LIMIT` and the like need one of `absence`. */
export const properties: WordList = {
  ROOT: 'root|as root|root user|the root user|uid 0|uid=0|superuser|super user|user 0|root privileges|runs as root|run as root|running as root|ran as root|running under root|under root',
  PRIVILEGED:
    'priv|privileged|privileged mode|--privileged|privileged flag|privileged container|full privileges|priviledged|with all privileges|all privileges',
  HOST_NETWORK:
    'share network with host|share the network with host|network with host|same network as the host|net = host|network = host|host network|host networking|host net|host s network|network of the host|network of its host|network with the host|host network namespace|network namespace of the host|network namespace with the host|net host|network host|net=host|network=host|network mode host|networking of the host|host mode networking|network namespace of its host|hostnetwork|sharing the host network|share the host network',
  HOST_PID:
    'pid = host|host pid|host pid namespace|pid namespace of the host|pid namespace with the host|host process namespace|process namespace of the host|host processes|processes of the host|host process|pid host|pid=host|process table of the host|host process table|host process list|pids of the host|process namespace with the host|process namespace of the host|process namespace|process id namespace',
  HOST_IPC:
    'ipc = host|host ipc|host ipc namespace|ipc namespace of the host|ipc namespace with the host|ipc host|ipc=host|ipc of the host|ipc with the host|shared memory of the host|host shared memory',
  HOST_UTS:
    'host uts|host uts namespace|uts namespace of the host|uts namespace with the host|uts host|uts=host|uts with the host|uts of the host',
  HOST_USERNS:
    'host userns|host user namespace|user namespace of the host|user namespace with the host|userns host|userns=host|host users namespace',
  DOCKER_SOCKET:
    'docker socket|write to the docker daemon|talk to the docker daemon|control the docker daemon|access to the docker daemon|write to the engine|steer docker|command the docker daemon|reach the docker daemon|docker daemon access|docker api access|access the docker api|talk to the engine|speak to the docker daemon|docker sock|dockersock|docker.sock|/var/run/docker.sock|var run docker.sock|run docker.sock|engine socket|docker api socket|containerd socket|docker daemon socket|socket of docker|socket of the engine|docker engine socket|control docker|docker s socket|talk to docker',
  SENSITIVE_MOUNT:
    'root of the host|root of its host|root directory of the host|root folder of the host|host s root|whole host disk|entire host disk|disk of the host|sensitive mount|sensitive host path|sensitive path|sensitive host directory|sensitive directory|sensitive folder|sensitive host folder|sensitive host mount|host path|host directory|host folder|host filesystem|host file system|filesystem of the host|file system of the host|directory of the host|directory from the host|folder of the host|folder from the host|path of the host|path from the host|host root filesystem|sensitive file|host file|dangerous mount|dangerous host mount|risky mount|sensitive bind mount|sensitive volume|file of the host|system directory|host mount|critical host path|host etc|/etc|/proc|/sys|/boot|/root|/home|/var|/usr',
  ADDED_CAPABILITY:
    'added capability|capability beyond default|capability over the default|capability on top of the default|extra capability|additional capability|extra linux capability|more capability|capability added|cap add|cap_add|added cap|extra cap|additional linux capability|added linux capability|capability beyond the default|capability above the default|additional privileges|extra privileges|more than the default capability|capability granted on top|beyond default capability|non default capability|dangerous capability|elevated capability|additional kernel capability|extra kernel capability',
  DEVICE:
    'dev sda|dev mem|dev kmsg|dev kvm|dev fuse|dev net|dev snd|dev dri|block device|disk device|device|host device|device access|host hardware|access to hardware|hardware access|hardware device|/dev|device of the host|device from the host|raw device|device node|device mapped|passed through|pass through|passthrough|passed into|device passthrough',
  GAIN: 'gain new privileges|gain privileges|gain more privileges|gain additional privileges|gain extra privileges|can gain privileges|escalate privileges|escalate their privileges|escalate its privileges|privilege escalation|escalation of privileges|acquire new privileges|acquire privileges|acquire more privileges|raise privileges|raise their privileges|gain root|become root|elevate privileges|elevate their privileges|get new privileges|get more privileges|obtain new privileges|obtain privileges|new privileges can be gained|privileges can be gained|privileges be gained|privileges may be gained|gaining privileges|gaining new privileges',
  NNP: 'no new privileges|no_new_privs|no new privs|no-new-privileges|nonewprivileges|nnp',
  SECCOMP:
    'seccomp|seccomp profile|seccomp filter|syscall filter|syscall filtering|system call filter|system call filtering',
  APPARMOR: 'apparmor|app armor|apparmor profile',
  SELINUX: 'selinux|se linux|selinux label',
  WRITABLE:
    'writable rootfs|writable root|write in root|write in its root fs|write in their root fs|write in their root filesystem|write in its root filesystem|write on their root fs|write to root fs|write to their root fs|write to its root fs|can write their rootfs|rw rootfs|rw root|writeable filesystem|writable root filesystem|writable root file system|writeable root filesystem|writeable rootfs|writeable root|writable filesystem|writable file system|root filesystem writable|rootfs writable|root filesystem is writable|rootfs is writable|file system is writable|filesystem is writable|write to root filesystem|write to its root filesystem|write to their root filesystem|write to their own filesystem|write to their filesystem|write to its filesystem|write to their rootfs|read write root|read write rootfs|read write root filesystem|writable root fs|mutable root filesystem|mutable rootfs|change their own filesystem|modify their own filesystem|modify their root filesystem|modify their filesystem|writable root disk|write to their root file system|write to its root file system|write to root file system|write to their file system|write to its file system|write to the root filesystem|write to the root file system|write into their root filesystem|write anywhere|written to at runtime',
  READ_ONLY:
    'read only root|read only rootfs|read only root filesystem|read only root file system|read only filesystem|read only file system|readonly rootfs|readonly root|readonly root filesystem|readonly filesystem|immutable filesystem|immutable root filesystem|read only|readonly',
  MEMORY: 'memory|ram|mem',
  CPU: 'cpu|processor|cpus',
  PIDS: 'pid|pids|process|number of process|process count|how many processes they start|process number|fork|thread',
  LIMIT:
    'limit|limits|limited|limitation|cap|quota|ceiling|bound|bounds|maximum|restriction|restrictions|capped|limiting',
  FORK_BOMB:
    'fork bomb|fork forever|fork without limit|fork as much|endless processes|too many processes|forkbomb|fork bombs|fork endlessly|fork without end',
  HEALTHCHECK:
    'healthcheck|health check|health checking|health probe|health test|healthchecks|health monitoring|liveness check',
  PUBLISHED:
    'published|publishes|publish|publishing|published port|publish port|publishes port|port mapping|port mapped|mapped port|ports mapped|publish any port|forwarded port|port published|ports are published|expose port|exposes port|exposing port|expose any port|port exposed',
  PUBLIC:
    'public port|to the whole internet|to the internet|on the internet|from the internet|over the internet|the whole internet|internet facing|internet exposed|facing the internet|face the internet|to the outside|to the outside world|from outside|from the outside|to the world|the outside world|to the whole world|from anywhere|to anyone|to everyone|to everybody|publicly|public|publicly exposed|publicly reachable|publicly accessible|open to the world|exposed to the world|outward facing|facing outward|externally|externally reachable|externally accessible|externally exposed|0.0.0.0|all interfaces|every interface|any interface|all network interfaces|internet|open to the internet|open to the public|exposed to the public|to the public|wide open|all addresses|every address|from external networks',
  RESTART:
    'restart always|restarting always|restarting forever|always up again|restart=unless stopped|restart policy always|always restart|always restarts|always restarted|restarts always|restart forever|restart for ever|restarts forever|restarted forever|restart endlessly|restart without a limit|restart without limit|unlimited restarts|unlimited restart|unless stopped|restart=always|restarts without end|restart automatically|restarted automatically|restarts automatically|restart by themselves|automatically restart|come back on their own|auto restart|restart indefinitely',
  MUTABLE_TAG:
    'without fixed version|without a fixed version|no fixed version|no version pinned|version not pinned|without version|latest tag|tag latest|:latest|mutable tag|floating tag|moving tag|rolling tag|unpinned|not pinned|tagged latest|latest image|on latest|use latest|uses latest|using latest|unpinned image|image that is not pinned|not pinned to a digest|unpinned tag|mutable image tag|without a pinned tag|without pinned image|tag that can move|tags that move|tag that moves|run latest|running latest|non pinned|without a fixed tag|without a digest|no pinned image|no fixed tag|changeable tag|tag can change|tag may change|tag can move|tag moves|moving tag|floating tag|tag is not fixed',
  ENV: 'environment|env|environment variable|env var|env variable|environment vars|envs|environments|env vars',
  SECRET:
    'leak|leaks|leaking|secret|password|credential|token|api key|private key|passphrase|access key|leaked secret|hard coded secret|hardcoded secret|hardcoded password|hardcoded credential|baked in secret|key',
  UNVERIFIED:
    'know too little about|know too little|little is known about|know little about|not sure of|could you not check|can you not check|unverified|could not you verify|can not you verify|can you not verify|could you not verify|did you not verify|could not you check|could not you read|can you not check|could you not check|could you not read|were you unable to verify|could not be verified|can not be verified|cannot be verified|not verified|not be verified|could not verify|can not verify|unable to verify|could not check|can not check|could not be checked|can not be checked|not be checked|unverifiable|not verifiable|unknown state|could not read|could not be read|unclear state|are unknown|is unknown|could not tell|undecided|could not determine|could not be determined|failed to verify|not been verified|was not verified|were not verified|not sure about',
  GONE: 'gone|disappeared|disappear|vanished|vanish|no longer exist|no longer exists|no longer there|no longer run|no longer running|not there any more|not there anymore|went away|came and went|come and go|comes and goes|were removed|was removed|have been removed|removed|deleted|were deleted|was deleted|have been deleted|used to run|used to exist|short lived|ephemeral|are dead|died|exited|terminated|destroyed|not exist any more|not exist anymore|ended|were killed|that existed|not around anymore|are no more|ceased to exist|were stopped and removed|left',
  MANAGEMENT_PORT:
    'management port|management ports|portainer port|admin port|docker api port|engine api port',
};
