import { defineRule, needsAttestation, type Rule } from '../rule.ts';

export const auditedPaths = [
  auditRule({
    id: 'audit-containerd-binary',
    control: '1.1.14',
    title: 'Audit watches the containerd binary',
    watched: 'the resolved path of the containerd executable',
    rationale: 'Anyone who replaces containerd controls the start of every container of the host.',
    watch: '-w /usr/bin/containerd -k docker',
  }),
  auditRule({
    id: 'audit-containerd-config',
    control: '1.1.12',
    title: 'Audit watches the containerd configuration',
    watched: 'the config.toml of containerd, if there is one',
    rationale: 'It names the runtimes and plugins that containerd trusts.',
    watch: '-w /etc/containerd/config.toml -k docker',
  }),
  auditRule({
    id: 'audit-containerd-run-dir',
    control: '1.1.4',
    title: 'Audit watches /run/containerd',
    watched: '/run/containerd itself or a folder above it',
    rationale: 'Sockets and state of every running container lie there.',
    watch: '-a exit,always -F path=/run/containerd -F perm=war -k docker',
  }),
  auditRule({
    id: 'audit-containerd-shim-binary',
    control: '1.1.15',
    title: 'Audit watches the containerd-shim binary',
    watched: 'the resolved path of containerd-shim, if it is installed',
    rationale:
      'A shim stands between containerd and each container; this one is the oldest and long replaced.',
    watch: '-w /usr/bin/containerd-shim -k docker',
  }),
  auditRule({
    id: 'audit-containerd-shim-runc-v1-binary',
    control: '1.1.16',
    title: 'Audit watches the containerd-shim-runc-v1 binary',
    watched: 'the resolved path of containerd-shim-runc-v1, if it is installed',
    rationale:
      'A shim stands between containerd and each container; this one is no longer shipped.',
    watch: '-w /usr/bin/containerd-shim-runc-v1 -k docker',
  }),
  auditRule({
    id: 'audit-containerd-shim-runc-v2-binary',
    control: '1.1.17',
    title: 'Audit watches the containerd-shim-runc-v2 binary',
    watched: 'the resolved path of the containerd-shim-runc-v2 executable',
    rationale: 'A shim stands between containerd and each container and holds its streams.',
    watch: '-w /usr/bin/containerd-shim-runc-v2 -k docker',
  }),
  auditRule({
    id: 'audit-containerd-socket',
    control: '1.1.8',
    title: 'Audit watches the containerd socket',
    watched: 'the resolved path of the containerd socket',
    rationale:
      'Anyone who can talk to containerd can start containers without the checks of the engine.',
    watch: '-w /run/containerd/containerd.sock -k docker',
  }),
  auditRule({
    id: 'audit-daemon-json',
    control: '1.1.11',
    title: 'Audit watches daemon.json',
    watched: 'the daemon.json in use, if there is one',
    rationale: 'A line in it can open the API to the network or turn a layer of isolation off.',
    watch: '-w /etc/docker/daemon.json -k docker',
  }),
  auditRule({
    id: 'audit-data-root',
    control: '1.1.5',
    title: 'Audit watches the data root',
    watched: 'the data root that the engine names',
    rationale:
      'Anyone who can write there can change images, volumes and containers without the engine.',
    watch: '-w /var/lib/docker -k docker',
  }),
  auditRule({
    id: 'audit-default-docker',
    control: '1.1.10',
    title: 'Audit watches /etc/default/docker',
    watched: '/etc/default/docker, if it exists',
    rationale: 'Options of the engine can be set there.',
    watch: '-w /etc/default/docker -k docker',
  }),
  auditRule({
    id: 'audit-docker-service',
    control: '1.1.7',
    title: 'Audit watches the docker.service unit',
    watched: 'the file of the docker.service unit, in every unit path',
    rationale: 'The unit decides with which options the engine starts.',
    watch: '-w /usr/lib/systemd/system/docker.service -k docker',
  }),
  auditRule({
    id: 'audit-docker-socket',
    control: '1.1.9',
    title: 'Audit watches the docker socket and its unit',
    watched: 'the docker.socket unit and docker.sock',
    rationale: 'Whoever may write to the socket is root on the host.',
    watch: '-w /run/docker.sock -k docker',
  }),
  auditRule({
    id: 'audit-dockerd-binary',
    control: '1.1.3',
    title: 'Audit watches the dockerd binary',
    watched: 'the resolved path of the dockerd executable',
    rationale: 'Anyone who replaces dockerd controls every container and their protection.',
    watch: '-w /usr/bin/dockerd -k docker',
  }),
  auditRule({
    id: 'audit-etc-docker',
    control: '1.1.6',
    title: 'Audit watches /etc/docker',
    watched: '/etc/docker itself or a folder above it',
    rationale: 'It holds the configuration and the certificates of the engine.',
    watch: '-w /etc/docker -k docker',
  }),
  auditRule({
    id: 'audit-runc-binary',
    control: '1.1.18',
    title: 'Audit watches the runc binary',
    watched: 'the resolved path of the runc executable',
    rationale:
      'It runs as root at the start of every container. Attackers have overwritten it from inside a container before.',
    watch: '-w /usr/bin/runc -k docker',
  }),
  auditRule({
    id: 'audit-sysconfig-docker',
    control: '1.1.13',
    title: 'Audit watches /etc/sysconfig/docker',
    watched: '/etc/sysconfig/docker, if it exists',
    rationale: 'On Red Hat and related systems options of the engine can be set there.',
    watch: '-w /etc/sysconfig/docker -k docker',
  }),
] as const;

interface AuditedPath {
  id: string;
  /** Number of the control, the same in both versions. */
  control: string;
  title: string;
  /** What the kernel must watch, e.g. `the resolved path of the dockerd executable`. */
  watched: string;
  /** What an attacker would do there. */
  rationale: string;
  /** Rule file line, e.g. `-w /usr/bin/dockerd -k docker`. */
  watch: string;
}

/**
 * A rule that wants one path watched by the kernel's audit. The loaded rules are the kernel's own
 * state, which no call of the engine and no file shows at any evidence level; files of rules say only
 * what ought to be loaded. So a person looks and vouches.
 */
function auditRule(path: AuditedPath): Rule<'host', never> {
  return defineRule({
    id: path.id,
    title: path.title,
    subject: 'host',
    severity: 'low',
    pillar: 'engine',
    question: 'audit-dockerd-binary',
    controls: [`cis-1.6:${path.control}`, `cis-1.8:${path.control}`],
    rationale: path.rationale,
    remediation: `Add \`${path.watch}\` to a file in /etc/audit/rules.d, load it with \`augenrules --load\` and check with \`auditctl -l\`. No evidence level shows loaded audit rules, so say what you saw there: \`/seawall attest ${path.id}\`.`,
    fix: { words: `Have the audit of {} watch ${path.watched}` },
    isAttestable: true,
    isOfDocker: true,
    judge: () =>
      needsAttestation(
        path.id,
        [],
        `no evidence level shows the audit rules that the kernel has loaded; \`auditctl -l\` on the host does, look there for ${path.watched}`,
      ),
    examples: { pass: [], fail: [], unknown: [{}] },
  });
}
