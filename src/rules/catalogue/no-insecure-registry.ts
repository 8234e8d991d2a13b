import { enumerate } from '../../shared/text.ts';
import { engineInfo } from '../../snapshot/evidence.ts';
import { defineRule, fail, pass, unknown } from '../rule.ts';

export const noInsecureRegistry = defineRule({
  id: 'no-insecure-registry',
  title: 'Registries are used only with verified TLS',
  subject: 'engine',
  severity: 'high',
  pillar: 'engine',
  controls: ['cis-1.6:2.5', 'cis-1.8:2.5'],
  rationale:
    'Without verified TLS, an attacker between the engine and the registry decides what the engine runs.',
  remediation:
    'Remove the registry from `"insecure-registries"` in daemon.json (of Podman: `insecure` in registries.conf) and put its CA into `/etc/docker/certs.d/<host>/ca.crt`; name mirrors in `"registry-mirrors"` by `https://`.',
  fix: { words: 'Demand verified TLS of every registry of {}' },
  judge(engine) {
    const {
      insecureRegistries,
      insecureRegistryCidrs,
      plainMirrors = [],
      operatingSystem,
    } = engine;
    const isOwn = (registry: string) =>
      LOCAL_REGISTRY.test(registry) ||
      (operatingSystem === DESKTOP && registry === PROXY_OF_DESKTOP);
    const evidence = [
      engineInfo('RegistryConfig.IndexConfigs[Secure=false]', insecureRegistries),
      engineInfo('RegistryConfig.InsecureRegistryCIDRs', insecureRegistryCidrs),
      ...(plainMirrors.length === 0 ? [] : [engineInfo('RegistryConfig.Mirrors', plainMirrors)]),
    ];
    const offending = [
      ...insecureRegistries.filter((registry) => !isOwn(registry)),
      ...plainMirrors.filter((mirror) => !LOCAL_MIRROR.test(mirror)),
      ...insecureRegistryCidrs.filter((cidr) => !isLoopback(cidr)),
    ];
    if (offending.length > 0) return fail(`trusts ${enumerate(offending)} without TLS`, evidence);
    return engine.isPodman && !engine.hasNoMirrors
      ? unknown(OF_PODMAN, evidence)
      : pass('uses no other registry without verified TLS', evidence);
  },
  examples: {
    pass: [
      { engine: { insecureRegistryCidrs: ['127.0.0.0/8'] } },
      { engine: { insecureRegistryCidrs: ['127.0.0.0/8', '::1/128'] } },
      { engine: { insecureRegistryCidrs: [] } },
      { engine: { insecureRegistryCidrs: ['127.0.0.1/32'] } },
      {
        engine: {
          operatingSystem: 'Docker Desktop',
          insecureRegistries: ['hubproxy.docker.internal:5555'],
        },
      },
      { engine: { isPodman: true, hasNoMirrors: true } },
      // What is on the machine itself every engine trusts.
      { engine: { insecureRegistries: ['127.0.0.1:5000', '[::1]:5000', 'localhost:5000'] } },
      { engine: { plainMirrors: ['http://127.0.0.1:5000/', 'http://LOCALHOST:5000/'] } },
    ],
    fail: [
      { engine: { insecureRegistries: ['registry.example:5000'] } },
      { engine: { isPodman: true, insecureRegistries: ['registry.example:5000'] } },
      { engine: { insecureRegistries: ['hubproxy.docker.internal:5555'] } },
      { engine: { insecureRegistries: ['localhost.example:5000', 'localhost:5000'] } },
      { engine: { insecureRegistryCidrs: ['127.0.0.0/8', '10.0.0.0/8'] } },
      { engine: { insecureRegistryCidrs: ['127.0.0.0/7'] } },
      { engine: { insecureRegistryCidrs: ['::/0'] } },
      { engine: { plainMirrors: ['http://mirror.example:5000/'] } },
      { engine: { plainMirrors: ['HTTP://mirror.example:5000/'] } },
    ],
    unknown: [{ engine: { isPodman: true } }],
  },
});

const OF_PODMAN =
  'names no insecure registry; whether a mirror in registries.conf is used without TLS, Podman does not tell; it lists none where it is old, or cannot read that file';

/** What Docker Desktop puts between the engine in its machine and the registries, and names to every engine of its own. */
const DESKTOP = 'Docker Desktop';
const PROXY_OF_DESKTOP = 'hubproxy.docker.internal:5555';
/** On the machine of the engine itself. */
const LOCAL_REGISTRY = /^(127\.\d+\.\d+\.\d+|\[::1\]|localhost)(:\d+)?$/i;
const LOCAL_MIRROR = /^http:\/\/(127\.\d+\.\d+\.\d+|\[::1\]|localhost)[:/]/i;

/** Networks within 127.0.0.0/8 and ::1/128, which every engine trusts from the start. */
function isLoopback(cidr: string): boolean {
  const [, bits = ''] = /^127\.\d+\.\d+\.\d+\/(\d+)$/.exec(cidr) ?? [];
  return cidr === '::1/128' || Number(bits) >= 8;
}
