import type { Term } from './term.ts';

/** Controls of the kernel that hold a process, whatever its user. */
export const kernelTerms: readonly Term[] = [
  {
    id: 'seccomp',
    name: 'seccomp',
    aliases: ['seccomp-bpf', 'seccomp profile', 'syscall filter'],
    text: 'A filter in the kernel that checks each system call of a process against a profile and allows or refuses it. Docker’s default profile is an allow-list that leaves out calls which containers hardly ever need, and so takes away a part of the kernel that an attacker could reach. `seccomp=unconfined` switches it off, and so does `--privileged` without a word. Without it a container of root also reads the keys that the kernel keeps for root of the host, for which it needs no capability.',
    source: 'seccomp(2); keyrings(7); Docker manual, “Seccomp security profiles for Docker”',
    rules: ['no-seccomp-off', 'engine-seccomp-profile', 'no-privileged-container'],
    containers: { label: 'Without it', facet: 'seccomp-off' },
  },
  {
    id: 'apparmor',
    name: 'AppArmor',
    aliases: ['app armor', 'apparmor profile', 'docker-default'],
    text: 'A security module of the kernel that confines programs by path: a profile lists the files, capabilities and mounts that they may use. Docker confines containers with its profile `docker-default`, which among other things denies writes below /proc and /sys, and mounting. The engine reports the profile that it asked for; whether the kernel really loaded it is another question.',
    source: 'apparmor(7); Docker manual, “AppArmor security profiles for Docker”',
    rules: ['apparmor-profile'],
    containers: { label: 'Without it', facet: 'apparmor-off' },
  },
  {
    id: 'selinux',
    name: 'SELinux',
    aliases: ['selinux label', 'se linux'],
    text: 'A security module of the kernel that gives every process and file a label and allows only what its policy says of the two labels. Containers get a type that may not touch the files of the host, and categories of their own that keep them apart from each other. `label=disable` takes a container out of it.',
    source: 'selinux(8); Docker manual, `docker run --security-opt label`',
    rules: ['selinux-label'],
    containers: {
      label: 'Labels switched off',
      match: ({ isSelinuxLabelDisabled }) => isSelinuxLabelDisabled,
    },
  },
  {
    id: 'capability',
    name: 'capability',
    aliases: ['capabilities', 'linux capability', 'cap', 'cap add', 'cap drop'],
    text: 'A piece of what root may do, such as binding low ports or loading kernel modules; a process has each of them or not. Docker leaves a container 14 of about 40, and `--cap-add` and `--cap-drop` change that. A process without root still gains those that a set-uid file or a file capability gives it, unless no-new-privileges is set.',
    source: 'capabilities(7); Docker manual, “Runtime privilege and Linux capabilities”',
    rules: ['no-added-capabilities', 'no-privileged-container', 'no-new-privileges'],
    containers: { label: 'With more than the default', facet: 'added-capability' },
  },
  {
    id: 'no-new-privileges',
    name: 'no-new-privileges',
    aliases: ['no_new_privs', 'nnp', 'allow privilege escalation'],
    text: 'A flag of a process that its children inherit and that nobody can take back: from then on, starting a set-uid program or one with file capabilities gives nothing extra. It makes running as an ordinary user mean something, because `su`, `sudo` and forgotten set-uid files no longer lead to root.',
    source: 'prctl(2), PR_SET_NO_NEW_PRIVS; Docker manual, `--security-opt no-new-privileges`',
    rules: ['no-new-privileges', 'no-new-privileges-default'],
    containers: { label: 'Without it', facet: 'can-gain-privileges' },
  },
  {
    id: 'set-uid',
    name: 'set-uid file',
    aliases: ['setuid file', 'suid', 'setuid bit', 'setgid bit'],
    text: 'A program that runs as the owner of its file, whoever starts it; owned by root it is a door to root. Images bring several of them, such as `su` or `mount`, that a service never needs. no-new-privileges makes them harmless, and an image can clear the bits.',
    source: 'execve(2); chmod(1)',
    rules: ['no-unneeded-setuid', 'no-new-privileges', 'no-new-privileges-default'],
    containers: { label: 'Where it can give privileges', facet: 'can-gain-privileges' },
  },
  {
    id: 'masked-paths',
    name: 'masked and read-only paths',
    aliases: ['masked path', 'readonly paths', 'systempaths', 'unmask', 'proc masking'],
    text: 'Files below /proc and /sys that Docker hides from containers or shows read-only, because they tell about the host or change it: /proc/kcore and /proc/sysrq-trigger are two. `systempaths=unconfined` and `--privileged` lay them open.',
    source: 'OCI runtime specification, `linux.maskedPaths` and `linux.readonlyPaths`',
    rules: ['no-privileged-container'],
    containers: {
      label: 'Laid open',
      match: ({ hasUnmaskedSystemPaths, isPrivileged }) => hasUnmaskedSystemPaths || isPrivileged,
    },
  },
  {
    id: 'cgroup-limits',
    name: 'cgroup limits',
    aliases: ['cgroup', 'cgroups', 'control group', 'memory limit', 'cpu limit', 'pids limit'],
    text: 'Control groups count and cap what a set of processes uses: memory, processor time, number of processes, disk throughput. Without them one container can starve all others and the host itself, by accident or on purpose. Docker sets none unless it is told to (`--memory`, `--cpus`, `--pids-limit`).',
    source: 'cgroups(7); Docker manual, “Resource constraints”',
    rules: ['memory-limit', 'cpu-limit', 'pids-limit'],
    containers: {
      label: 'Without any limit on memory, processor or processes',
      match: ({ memoryLimitBytes, nanoCpus, cpuQuota, cpuShares, cpusetCpus, pidsLimit }) =>
        memoryLimitBytes === 0 &&
        nanoCpus === 0 &&
        cpuQuota <= 0 &&
        cpuShares === 0 &&
        cpusetCpus === '' &&
        pidsLimit === null,
    },
  },
];
