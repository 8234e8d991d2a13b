import { type Evidence, historyListed, imageInspected } from '../../snapshot/evidence.ts';
import { step } from '../example-facts.ts';
import { committedHere, isOfRegistry } from '../image-origin.ts';
import { fail, notApplicable, pass, unknown } from '../rule.ts';
import { usedImageRule } from '../used-image.ts';

/** What `docker commit` leaves: a parent, and a layer that no build step made. */
const committed = { digests: [], hasParent: true, history: [step({ instruction: '' })] };
const named = { digests: ['registry.example/web@sha256:2222'] };

export const noCommittedImage = usedImageRule({
  id: 'no-committed-image',
  title: 'Images are built, not committed from containers',
  severity: 'medium',
  controls: [],
  rationale:
    'The image holds what somebody did by hand in a container, with secrets and leftovers. Nobody can review or rebuild it.',
  remediation:
    'Write a Dockerfile that does the same, build it and run the container from that image.',
  fix: { words: 'Build the image {} from a Dockerfile' },
  judge(image) {
    const { digests, hasParent, isImported, history } = image;
    const newest = history[0]?.instruction;
    const evidence: Evidence[] = [
      imageInspected('RepoDigests', digests),
      imageInspected('Parent (whether there is one)', hasParent),
      historyListed('CreatedBy of the newest layer (instruction)', newest ?? null),
    ];
    if (isImported) {
      const reason = 'was imported from an archive, so no container of this host made it';
      return notApplicable(reason, evidence);
    }
    const commit = committedHere(image);
    if (commit.state === 'unread') return unknown(commit.reason, evidence);
    if (commit.value) {
      const message =
        'was committed from a container on this host: no build step made its newest layer';
      return fail(message, evidence);
    }
    if (isOfRegistry(image)) return notApplicable('comes from a registry', evidence);
    return pass(`was built: its newest layer is the step ${newest}`, evidence);
  },
  examples: {
    pass: [
      { image: { digests: [], history: [step({ instruction: 'CMD' }), step()] } },
      { image: { digests: [], hasParent: true, history: [step({ instruction: 'CMD' })] } },
      // BuildKit tells no parent, and a commit has one.
      { image: { digests: [], history: [step()] } },
      { image: { ...named, cameFrom: null, history: [step()] } },
    ],
    fail: [
      { image: committed },
      // By an engine that says where its images come from.
      { image: { ...committed, ...named, cameFrom: [] } },
      {
        image: { ...committed, history: [step({ instruction: '' }), step({ instruction: 'CMD' })] },
      },
    ],
    unknown: [
      { image: { ...named, cameFrom: null, hasParent: true, history: [] } },
      { image: { ...named, cameFrom: null, hasParent: true, history: [step()] } },
      { image: { ...committed, ...named } },
      { image: { ...committed, ...named, cameFrom: null } },
      // Podman knows no parent of a commit whose base was removed since.
      { image: { ...named, cameFrom: null, history: [step({ instruction: '' })] } },
      { image: { ...committed, hasParent: false } },
      { image: { ...committed, history: [step()] } },
      { image: { ...committed, history: [] } },
    ],
    'not-applicable': [
      {},
      { image: { ...named, cameFrom: ['registry.example/web'] } },
      { image: { digests: [], isImported: true, history: [step({ instruction: '' })] } },
    ],
  },
});
