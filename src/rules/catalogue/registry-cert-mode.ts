import { presentFile } from '../example-host-files.ts';
import { judgeModes } from '../host-file-rules.ts';
import { certificates, judgeCertificates } from '../registry-certificates.ts';
import { defineRule } from '../rule.ts';

const folder = '/etc/docker/certs.d/registry.example';

export const registryCertMode = defineRule({
  id: 'registry-cert-mode',
  title: 'Registry certificates have mode 0444 or stricter',
  subject: 'host',
  severity: 'medium',
  pillar: 'engine',
  question: 'docker-service-owner',
  controls: ['cis-1.6:3.8', 'cis-1.8:3.8'],
  rationale:
    'Anyone who can write a CA there decides which registry the engine trusts. Anyone who can read a key there can sign in as the engine.',
  remediation:
    'Run `chmod 0444` on every .crt, .cert and .key under /etc/docker/certs.d, and `chmod 0400` on the keys.',
  fix: { words: 'Restrict the modes of the registry certificates of {}' },
  isOfDocker: true,
  needs: ['hostFiles'],
  judge: (_, { hostFiles }) =>
    judgeCertificates(hostFiles, (files) => judgeModes(files, 0o444, 'registry certificates')),
  examples: {
    pass: [],
    fail: [
      certificates(presentFile(`${folder}/ca.crt`, 0o646)),
      certificates(presentFile(`${folder}/client.key`, 0o600)),
      certificates(
        presentFile(`${folder}/client.cert`, 0o464),
        presentFile(`${folder}/ca.crt`, 0o444),
      ),
    ],
    unknown: [certificates(presentFile(`${folder}/ca.crt`, 0o444)), certificates()],
    'not-applicable': [{}],
  },
});
