import { counted } from '../../shared/text.ts';
import { imagesListed, policySaid } from '../../snapshot/evidence.ts';
import { otherImage } from '../example-facts.ts';
import { defineRule, fail, notApplicable, pass, unknown } from '../rule.ts';

export const noImageSprawl = defineRule({
  id: 'no-image-sprawl',
  title: 'Unused images do not pile up',
  subject: 'engine',
  severity: 'low',
  pillar: 'images',
  controls: ['cis-1.6:6.1', 'cis-1.8:6.1'],
  rationale: 'Somebody may start an old image by mistake, with all its known vulnerabilities.',
  remediation:
    'Remove what no container uses with `docker image prune --all --filter until=720h`; another limit is `imagesInUseShareMin` of the policy.',
  fix: { words: 'Remove unused images from {}' },
  needs: ['images', 'containers'],
  judge(_engine, { images, containers }, { policy }) {
    const total = images.read.length + images.unread.length;
    const known = new Set([...images.read, ...images.unread].map(({ id }) => id));
    const used = new Set(
      containers.read.map(({ imageId }) => imageId).filter((id) => known.has(id)),
    ).size;
    const evidence = [
      imagesListed('images', total),
      imagesListed('images in use', used),
      policySaid('policy.imagesInUseShareMin', policy.imagesInUseShareMin),
    ];
    if (total === 0) return notApplicable('has no images', evidence);
    if (used / total >= policy.imagesInUseShareMin) {
      return pass(`uses ${used} of ${counted(total, 'image')}`, evidence);
    }
    if (containers.unread.length > 0) {
      const reason = `${counted(containers.unread.length, 'container')} could not be read`;
      return unknown(reason, evidence);
    }
    return fail(`uses ${used} of ${counted(total, 'image')} only`, evidence);
  },
  examples: {
    pass: [
      {},
      { otherImages: [{}] },
      { otherContainers: [{}, {}, {}], otherImages: [{}] },
      { otherImages: [{}, {}, {}], policy: { imagesInUseShareMin: 0.25 } },
    ],
    fail: [
      { otherImages: [{}, {}] },
      { image: otherImage },
      { otherContainers: [{}, {}, {}, {}], otherImages: [{}, {}, {}] },
    ],
  },
});
