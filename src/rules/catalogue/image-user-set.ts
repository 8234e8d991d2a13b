import { imageInspected, inspected } from '../../snapshot/evidence.ts';
import { namedUser } from '../example-facts.ts';
import { fail, pass, unknown } from '../rule.ts';
import { usedImageRule } from '../used-image.ts';

export const imageUserSet = usedImageRule({
  id: 'image-user-set',
  title: 'Images set a user other than root',
  severity: 'medium',
  controls: [],
  rationale: 'An image that names no user makes root the default of every container made from it.',
  remediation: 'End the Dockerfile with `USER 1000` (a number, so that no file must resolve it).',
  fix: { words: 'Set a user in the image {}' },
  judge(image, _facts, { controlsOf }, users) {
    const { declared, uid, reason } = image.user;
    const evidence = [imageInspected('Config.User', declared)];
    // Only a container has the user files that give a name its number.
    const uidIn = (id: string) => controlsOf(id).uidOf(declared);
    const resolving = users.find(({ id }) => uidIn(id) !== null);
    const resolved = uid ?? (resolving ? uidIn(resolving.id) : null);
    if (resolved === null) {
      const why = reason ?? 'no container of it tells its number';
      return unknown(`user ${declared}: ${why}`, evidence);
    }
    if (uid === null && resolving) {
      evidence.push(inspected(`Config.User as uid in ${resolving.name}`, resolved));
    }
    if (resolved !== 0) return pass(`sets the user ${declared}`, evidence);
    const message = declared === '' ? 'sets no user, so root' : `sets the user ${declared}, root`;
    return fail(message, evidence);
  },
  examples: {
    pass: [
      { image: { user: namedUser('1000:1000', 1000) } },
      { image: { user: namedUser('web', null) }, container: { user: namedUser('web', 101) } },
    ],
    fail: [
      { image: { user: namedUser('', 0) } },
      { image: { user: namedUser('0:0', 0) } },
      { image: { user: namedUser('00', 0) } },
      { image: { user: namedUser('root', 0) } },
      { image: { user: namedUser('toor', null) }, container: { user: namedUser('toor', 0) } },
      { image: { user: namedUser('', 0) }, container: { user: namedUser('1000', 1000) } },
    ],
    unknown: [
      { image: { user: namedUser('web', null) }, container: { user: namedUser('1000', 1000) } },
      { image: { user: namedUser('web', null) }, container: { user: namedUser('web', null) } },
    ],
  },
});
