import { hostFileStat } from '../../snapshot/evidence.ts';
import type { HostFileFact, HostFilesFacts } from '../../snapshot/facts/host-files.ts';
import { presentFile, presentOther } from '../example-host-files.ts';
import { judgeModes, judgeOwners } from '../host-file-rules.ts';
import {
  defineRule,
  type ExampleHost,
  type Judgement,
  notApplicable,
  type Rule,
  unknown,
} from '../rule.ts';

const CERTIFICATES = 'registry certificates';
const folder = '/etc/docker/certs.d/registry.example';
const owned = (uid: number, gid: number) => ({ uid, gid });

export const registryCertificates = [
  certificateRule({
    id: 'registry-cert-mode',
    title: 'Registry certificates have mode 0444 or stricter',
    controls: ['cis-1.6:3.8', 'cis-1.8:3.8'],
    rationale:
      'Anyone who can write a CA there decides which registry the engine trusts. Anyone who can read a key there can sign in as the engine.',
    remediation:
      'Run `chmod 0444` on every .crt, .cert and .key under /etc/docker/certs.d, and `chmod 0400` on the keys.',
    fix: { words: 'Restrict the modes of the registry certificates of {}' },
    judgeKnown: (files) => judgeModes(files, 0o444, CERTIFICATES),
    fail: [
      [presentFile(`${folder}/ca.crt`, 0o646)],
      [presentFile(`${folder}/client.key`, 0o600)],
      [presentFile(`${folder}/client.cert`, 0o464), presentFile(`${folder}/ca.crt`, 0o444)],
    ],
  }),
  certificateRule({
    id: 'registry-cert-owner',
    title: 'Registry certificates belong to root:root',
    controls: ['cis-1.6:3.7', 'cis-1.8:3.7'],
    rationale: 'Their owner decides which registry the engine trusts, and so which images it runs.',
    remediation: 'Run `chown -R root:root /etc/docker/certs.d`.',
    fix: { words: 'Give the registry certificates of {} to root' },
    judgeKnown: (files) => judgeOwners(files, CERTIFICATES),
    fail: [
      [presentFile(`${folder}/ca.crt`, 0o444, owned(1000, 0))],
      [presentFile(`${folder}/client.key`, 0o400, owned(0, 1000))],
      [
        presentFile(`${folder}/ca.crt`, 0o444),
        presentFile(`${folder}/client.cert`, 0o444, owned(1000, 1000)),
      ],
    ],
  }),
] as const;

interface CertificateRule
  extends Pick<Rule, 'id' | 'title' | 'controls' | 'rationale' | 'remediation' | 'fix'> {
  judgeKnown: (files: readonly HostFileFact[]) => Judgement;
  /** Certificates of which one is wrong. */
  fail: readonly (readonly HostFileFact[])[];
}

function certificateRule({ judgeKnown, fail, ...declared }: CertificateRule) {
  return defineRule({
    ...declared,
    subject: 'host',
    severity: 'medium',
    pillar: 'engine',
    question: 'docker-service-owner',
    isOfDocker: true,
    needs: ['hostFiles'],
    judge: (_, { hostFiles }) => judgeCertificates(hostFiles, judgeKnown),
    examples: {
      pass: [],
      fail: fail.map(certificates),
      unknown: [certificates([presentFile(`${folder}/ca.crt`, 0o444)]), certificates([])],
      'not-applicable': [{}],
    },
  });
}

/**
 * Judges the certificates whose names can be known. That they are right never is a pass: the other
 * names in the folder cannot be listed without reading the keys in it.
 */
function judgeCertificates(
  { files, registryCertificateFolder: { path, ...found } }: HostFilesFacts,
  judgeKnown: CertificateRule['judgeKnown'],
): Judgement {
  if (found.state === 'absent') return notApplicable(`the host has no ${path}`);
  if (found.state === 'unread') return unknown(`${path}: ${found.reason}`);
  const known = judgeKnown(files['registry-certificate']);
  if (known.verdict === 'fail' || known.verdict === 'unknown') return known;
  return unknown(
    `${path} may hold files whose names are not known, and listing them would read keys; run ls -lR ${path}`,
    [hostFileStat(path, 'present'), ...(known.evidence ?? [])],
  );
}

function certificates(files: readonly HostFileFact[]): ExampleHost {
  const registryCertificateFolder = presentOther('/etc/docker/certs.d', 0o755, 'directory');
  return {
    hostFiles: { files: { 'registry-certificate': [...files] }, registryCertificateFolder },
  };
}
