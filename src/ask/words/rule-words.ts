import { table } from '../../shared/table.ts';

/** Other ways to say what a rule judges, beside its id. */
export const ruleWords = table<string>({
  'user namespace remapping': 'userns-remap',
  'user namespace remap': 'userns-remap',
  'userns remapping': 'userns-remap',
  'remapped user namespaces': 'userns-remap',
  'remapping user namespaces': 'userns-remap',
  'user remapping': 'userns-remap',
  'uid remapping': 'userns-remap',
  'read only root filesystem': 'read-only-rootfs',
  'read only root filesystems': 'read-only-rootfs',
  'content trust': 'content-trust',
  'drop capabilities': 'no-added-capabilities',
  'dropping capabilities': 'no-added-capabilities',
  'docker content trust': 'content-trust',
  'experimental features': 'no-experimental-features',
  'insecure registry': 'no-insecure-registry',
  'insecure registries': 'no-insecure-registry',
  'swarm autolock': 'swarm-autolock',
  'userland proxy': 'userland-proxy-off',
  'remote logging': 'remote-logging',
  firewall: 'firewall-managed',
  'firewall rules': 'firewall-managed',
  sshd: 'no-sshd',
  'ssh server': 'no-sshd',
  'ssh daemon': 'no-sshd',
  'docker group': 'docker-group-trusted',
  'daemon.json': 'daemon-json-mode',
  'over tcp': 'no-tcp-without-mtls',
  'via tcp': 'no-tcp-without-mtls',
});

/** Words of those, so that none is a misspelt word of another meaning. */
export const topicWords: ReadonlySet<string> = new Set(
  [...ruleWords.keys()].flatMap((text) => text.split(' ')),
);
