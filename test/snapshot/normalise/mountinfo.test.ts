import fc from 'fast-check';
import { OutsideError } from '../../../src/shared/errors.ts';
import { mountsOfMountinfo } from '../../../src/snapshot/normalise/mountinfo.ts';

it('is read line by line', () => {
  const text = [
    '721 636 0:40 / / ro,relatime - overlay overlay rw,lowerdir=/l/A:/l/B',
    '722 721 0:43 /sys /proc/sys ro,nosuid,nodev,noexec,relatime - proc proc rw',
    '730 721 254:0 /demo/da\\040ta /da\\011ta rw,relatime shared:1 master:2 - ext4 /dev/vda rw',
    '731 721 0:50 / /run rw - tmpfs  rw,size=64k',
  ].join('\n');

  expect(mountsOfMountinfo(1, text)).toEqual([
    {
      target: '/',
      root: '/',
      device: '0:40',
      filesystem: 'overlay',
      source: 'overlay',
      options: ['ro', 'relatime'],
      superOptions: ['rw', 'lowerdir=/l/A:/l/B'],
    },
    {
      target: '/proc/sys',
      root: '/sys',
      device: '0:43',
      filesystem: 'proc',
      source: 'proc',
      options: ['ro', 'nosuid', 'nodev', 'noexec', 'relatime'],
      superOptions: ['rw'],
    },
    {
      target: '/da\tta',
      root: '/demo/da ta',
      device: '254:0',
      filesystem: 'ext4',
      source: '/dev/vda',
      options: ['rw', 'relatime'],
      superOptions: ['rw'],
    },
    {
      target: '/run',
      root: '/',
      device: '0:50',
      filesystem: 'tmpfs',
      source: '',
      options: ['rw'],
      superOptions: ['rw', 'size=64k'],
    },
  ]);
});

it('keeps no password of a source', () => {
  const [mount] = mountsOfMountinfo(1, '1 1 0:1 / /dav rw - fuse https://bob:secret@x/y rw');

  expect(mount?.source).toBe('https://x/y');
});

it.each(['', '36 35 98:0 /', '36 35 98:0 / /mnt rw ext3 /dev/root rw'])(
  'is refused for the line %j',
  (line) => {
    expect(() => mountsOfMountinfo(1, line)).toThrow(OutsideError);
  },
);

it('gives back any path that the kernel escaped', () => {
  const written = (path: string) =>
    path.replace(/[\s\\#]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`);
  // What seq_escape leaves alone needs no care; other white space is no separator.
  const character = fc.constantFrom(' ', '\t', '\n', '\\', '#', '-', ':', 'a', '0', '4', 'é', ',');
  const path = fc.array(character).map((characters) => `/${characters.join('')}`);
  fc.assert(
    fc.property(path, path, (target, root) => {
      const line = `36 35 98:0 ${written(root)} ${written(target)} rw master:1 - ext4 /dev/a rw`;
      expect(mountsOfMountinfo(1, line)).toEqual([expect.objectContaining({ target, root })]);
    }),
  );
});
