import { hostFileStat } from '../snapshot/evidence.ts';
import type { HostFileFact, HostFilesFacts } from '../snapshot/facts/host-files.ts';
import { presentOther } from './example-host-files.ts';
import { type ExampleHost, type Judgement, notApplicable, unknown } from './rule.ts';

const FOLDER = '/etc/docker/certs.d';

/**
 * Judges the certificates whose names can be known. That they are right never is a pass: the other
 * names in the folder cannot be listed without reading the keys in it.
 */
export function judgeCertificates(
  { files, registryCertificateFolder: folder }: HostFilesFacts,
  judge: (files: readonly HostFileFact[]) => Judgement,
): Judgement {
  if (folder.state === 'absent') return notApplicable(`the host has no ${folder.path}`);
  if (folder.state === 'unread') return unknown(`${folder.path}: ${folder.reason}`);
  const known = judge(files['registry-certificate']);
  if (known.verdict === 'fail' || known.verdict === 'unknown') return known;
  return unknown(
    `${folder.path} may hold files whose names are not known, and listing them would read keys; run ls -lR ${folder.path}`,
    [hostFileStat(folder.path, 'present'), ...(known.evidence ?? [])],
  );
}

/** An example: these certificates, in a folder that is there. */
export const certificates = (...files: HostFileFact[]): ExampleHost => ({
  hostFiles: {
    files: { 'registry-certificate': files },
    registryCertificateFolder: presentOther(FOLDER, 0o755, 'directory'),
  },
});
