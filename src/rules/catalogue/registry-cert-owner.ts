import { presentFile } from '../example-host-files.ts';
import { judgeOwners } from '../host-file-rules.ts';
import { certificates, judgeCertificates } from '../registry-certificates.ts';
import { defineRule } from '../rule.ts';

const folder = '/etc/docker/certs.d/registry.example';

export const registryCertOwner = defineRule({
  id: 'registry-cert-owner',
  title: 'Registry certificates belong to root:root',
  subject: 'host',
  severity: 'medium',
  pillar: 'engine',
  question: 'docker-service-owner',
  controls: ['cis-1.6:3.7', 'cis-1.8:3.7'],
  rationale: 'Their owner decides which registry the engine trusts, and so which images it runs.',
  remediation: 'Run `chown -R root:root /etc/docker/certs.d`.',
  fix: { words: 'Give the registry certificates of {} to root' },
  isOfDocker: true,
  needs: ['hostFiles'],
  judge: (_, { hostFiles }) =>
    judgeCertificates(hostFiles, (files) => judgeOwners(files, 'registry certificates')),
  examples: {
    pass: [],
    fail: [
      certificates(presentFile(`${folder}/ca.crt`, 0o444, { uid: 1000, gid: 0 })),
      certificates(presentFile(`${folder}/client.key`, 0o400, { uid: 0, gid: 1000 })),
      certificates(
        presentFile(`${folder}/ca.crt`, 0o444),
        presentFile(`${folder}/client.cert`, 0o444, { uid: 1000, gid: 1000 }),
      ),
    ],
    unknown: [certificates(presentFile(`${folder}/ca.crt`, 0o444)), certificates()],
    'not-applicable': [{}],
  },
});
