import { engineInfo } from '../../snapshot/evidence.ts';
import { defineRule, fail, pass } from '../rule.ts';
import { enumerate } from '../words.ts';

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
    'Remove the registry from `"insecure-registries"` in daemon.json and put its CA into `/etc/docker/certs.d/<host>/ca.crt`.',
  fix: { words: 'Demand verified TLS of every registry of {}' },
  isOfDocker: true,
  needs: ['engine'],
  judge({ insecureRegistries, insecureRegistryCidrs }) {
    const evidence = [
      engineInfo('RegistryConfig.IndexConfigs[Secure=false]', insecureRegistries),
      engineInfo('RegistryConfig.InsecureRegistryCIDRs', insecureRegistryCidrs),
    ];
    const offending = [
      ...insecureRegistries,
      ...insecureRegistryCidrs.filter((cidr) => !isLoopback(cidr)),
    ];
    return offending.length > 0
      ? fail(`trusts ${enumerate(offending)} without TLS`, evidence)
      : pass('uses no other registry without verified TLS', evidence);
  },
  examples: {
    pass: [
      { engine: { insecureRegistryCidrs: ['127.0.0.0/8'] } },
      { engine: { insecureRegistryCidrs: ['127.0.0.0/8', '::1/128'] } },
      { engine: { insecureRegistryCidrs: [] } },
      { engine: { insecureRegistryCidrs: ['127.0.0.1/32'] } },
    ],
    fail: [
      { engine: { insecureRegistries: ['registry.example:5000'] } },
      { engine: { insecureRegistryCidrs: ['127.0.0.0/8', '10.0.0.0/8'] } },
      { engine: { insecureRegistryCidrs: ['127.0.0.0/7'] } },
      { engine: { insecureRegistryCidrs: ['::/0'] } },
    ],
  },
});

/** Networks within 127.0.0.0/8 and ::1/128, which every engine trusts from the start. */
function isLoopback(cidr: string): boolean {
  const [, bits = ''] = /^127\.\d+\.\d+\.\d+\/(\d+)$/.exec(cidr) ?? [];
  return cidr === '::1/128' || Number(bits) >= 8;
}
