import { enumerate } from '../../shared/text.ts';
import { imageInspected, policySaid } from '../../snapshot/evidence.ts';
import type { ImageFacts } from '../../snapshot/facts/image.ts';
import { isOfRegistry } from '../image-origin.ts';
import type { Policy } from '../policy.ts';
import { isFromAllowed, parseReference } from '../references.ts';
import { fail, type Judgement, needsPolicy, pass, unknown } from '../rule.ts';
import { usedImageRule } from '../used-image.ts';

const official = { tags: ['redis:7'], digests: ['redis@sha256:1111'] };
const local = { tags: ['registry.example/web:dev'], digests: [] };
/** With a digest that its engine gives to whatever has a name. */
const named = { digests: ['registry.example/web@sha256:2222'], cameFrom: null };

const trusting = { registries: ['registry.example'] };

export const trustedImageSource = usedImageRule({
  id: 'trusted-image-source',
  title: 'Images come from trusted registries',
  severity: 'medium',
  controls: ['cis-1.6:4.2', 'cis-1.8:4.2'],
  rationale: 'The owner of the registry of an image decides what runs here tomorrow.',
  remediation:
    'Take the image from one of the `registries` of the policy, mirror it there, or add its repository.',
  fix: { words: 'Take the image {} from a trusted registry' },
  judge(image, _facts, { policy }) {
    const isPulled = isOfRegistry(image);
    if (isPulled === false) return judgeLocal(image, policy.allowsLocalImages);
    const asPulled = judgePulled(image, policy.registries);
    if (isPulled) return asPulled;
    // Such a digest is no more than a name: whether it is right either way.
    const { verdict, evidence = [] } = judgeLocal(image, policy.allowsLocalImages);
    return verdict === asPulled.verdict
      ? asPulled
      : unknown(GIVEN, [...(asPulled.evidence ?? []), ...evidence.slice(1)]);
  },
  examples: {
    pass: [
      { policy: trusting },
      { policy: { registries: ['registry.example/web'] } },
      { image: official, policy: { registries: ['docker.io/library'] } },
      { image: local, policy: { allowsLocalImages: true } },
      { image: named, policy: { registries: ['registry.example'], allowsLocalImages: true } },
      { image: { ...named, cameFrom: ['registry.example/web'] }, policy: trusting },
      { image: { ...named, cameFrom: [] }, policy: { allowsLocalImages: true } },
    ],
    fail: [
      { policy: { registries: ['registry.example/we'] } },
      { policy: { registries: [] } },
      { image: official, policy: trusting },
      {
        image: { digests: ['registry.example/web@sha256:1111', 'evil.example/web@sha256:1111'] },
        policy: trusting,
      },
      { image: local, policy: { allowsLocalImages: false, registries: ['registry.example'] } },
      { image: named, policy: { allowsLocalImages: false, registries: [] } },
      { image: { ...named, cameFrom: ['evil.example/web'] }, policy: trusting },
    ],
    unknown: [
      { image: named, policy: trusting },
      { image: named, policy: { registries: [], allowsLocalImages: true } },
      { image: named },
      {},
      { image: local },
      { image: local, policy: trusting },
    ],
  },
});

const GIVEN =
  'the engine gives a digest to every image that has a name, so whether it came from that registry or was made here is not known';

function judgePulled(
  { digests, cameFrom }: ImageFacts,
  registries: Policy['registries'],
): Judgement {
  const evidence = [
    imageInspected('RepoDigests', digests),
    ...(cameFrom ? [imageInspected('Identity.Pull', cameFrom)] : []),
  ];
  if (registries === null) {
    return needsPolicy('registries', 'which registries are trusted', evidence);
  }
  evidence.push(policySaid('policy.registries', registries));
  const repositories = (cameFrom ?? digests).map((one) => parseReference(one).repository);
  const foreign = repositories.filter((repository) => !isFromAllowed(repository, registries));
  return foreign.length > 0
    ? fail(`comes from ${enumerate(foreign)}, not trusted`, evidence)
    : pass(`comes from ${enumerate(repositories)}`, evidence);
}

/** Without a digest it never came from a registry: a tag is a name that anybody can give. */
function judgeLocal(image: ImageFacts, isAllowed: boolean | null): Judgement {
  const evidence = [imageInspected('RepoDigests', image.digests)];
  if (isAllowed === null) {
    return needsPolicy('allowsLocalImages', 'whether images built here may run', evidence);
  }
  evidence.push(policySaid('policy.allowsLocalImages', isAllowed));
  return isAllowed
    ? pass('was built on the host, which is allowed', evidence)
    : fail('was built on the host, which is not allowed', evidence);
}
