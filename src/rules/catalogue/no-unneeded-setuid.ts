import { counted, enumerate } from '../../shared/text.ts';
import { archiveWalked, policySaid } from '../../snapshot/evidence.ts';
import type { PrivilegedFile } from '../../snapshot/facts/set-uid.ts';
import { filesOfImage } from '../../snapshot/known-images.ts';
import { privilegeLine } from '../../snapshot/normalise/privileged-file.ts';
import { imageSearched, imageUnsearched, setUidFile } from '../example-facts.ts';
import { fail, pass, unknown } from '../rule.ts';
import { usedImageRule } from '../used-image.ts';

/** Lines of evidence; an image that has more needs no longer list. */
const LINES_MAX = 50;

const rawSockets: PrivilegedFile['capabilities'] = {
  permitted: ['CAP_NET_RAW'],
  inheritable: [],
  isEffective: true,
  rootUid: null,
};

export const noUnneededSetuid = usedImageRule({
  id: 'no-unneeded-setuid',
  title: 'Images hold no needless setuid or setgid files',
  severity: 'medium',
  controls: ['cis-1.6:4.8', 'cis-1.8:4.8'],
  rationale:
    'With a program that becomes root by itself, or has capabilities, an ordinary user in a container can become root too.',
  remediation:
    'End the build with `RUN find / -xdev -perm /6000 -type f -exec chmod a-s {} +`, take capabilities away with `setcap -r`, and run with `--security-opt no-new-privileges`; what is needed goes into `acceptedSetUidFiles` of the policy.',
  fix: { words: 'Remove needless setuid files from the image {}' },
  needs: ['setUid'],
  judge(image, { setUid }, { policy: { acceptedSetUidFiles } }) {
    const found = filesOfImage(setUid, image.id);
    if (found.state === 'unread') return unknown(found.reason);
    const { files, searched, unsearched, container } = found.value;
    const needless = files.map(privilegeLine).filter((line) => !acceptedSetUidFiles.includes(line));
    const evidence = [
      archiveWalked('files that give privileges', needless.slice(0, LINES_MAX)),
      archiveWalked('number of these', needless.length),
      archiveWalked('accepted beside them', files.length - needless.length),
      archiveWalked('directories looked through', searched),
      archiveWalked('State.Container', container),
      policySaid('policy.acceptedSetUidFiles', acceptedSetUidFiles),
    ];
    if (needless.length > 0) {
      const message = `holds ${counted(needless.length, 'setuid, setgid or capability file')}: ${enumerate(needless)}`;
      return fail(message, evidence);
    }
    if (unsearched.length > 0) {
      const parts = unsearched.map(({ path, reason }) => `${path} (${reason})`);
      return unknown(`none was found, but not everything was seen: ${enumerate(parts)}`, evidence);
    }
    return pass('holds no needless setuid or setgid file in its directories of programs', evidence);
  },
  examples: {
    pass: [
      { setUid: imageSearched([]) },
      { setUid: imageSearched([setUidFile('/usr/bin/chage', { mode: 0o2755, gid: 42 })]) },
      {
        setUid: imageSearched([setUidFile('/usr/bin/sudo')]),
        policy: { acceptedSetUidFiles: ['/usr/bin/sudo set-uid root'] },
      },
    ],
    fail: [
      { setUid: imageSearched([setUidFile('/usr/bin/su')]) },
      { setUid: imageSearched([setUidFile('/usr/bin/wall', { mode: 0o2755, gid: 5 })]) },
      // Accepted is what it gives, not the name.
      { setUid: imageSearched([setUidFile('/usr/bin/chage', { mode: 0o6755, gid: 42 })]) },
      {
        setUid: imageSearched([
          setUidFile('/usr/bin/ping', { mode: 0o755, capabilities: rawSockets }),
        ]),
      },
      { setUid: imageSearched([setUidFile('/opt/tool')], [{ path: '/srv', reason: 'a volume' }]) },
    ],
    unknown: [
      {},
      { setUid: imageUnsearched('no container of it exists') },
      {
        setUid: imageSearched([], [{ path: '/srv', reason: 'something is mounted at /srv/data' }]),
      },
    ],
  },
});
