import { clearanceOf, levelsOf, mayReach } from '../../src/controls/selinux-levels.ts';

// Labels come from processes of a container, whose number and text nobody bounds.

const label = (level: string, type = 'container_t') => `u:r:${type}:s0:${level}`;

it('no label is read that is longer than one that somebody writes', () => {
  const long = label(Array(100).fill('c0.c1023').join());

  expect(clearanceOf(long)).toBeNull();
  expect(mayReach(levelsOf([long]), levelsOf([label('c1,c2')]))).toBeNull();
  expect(clearanceOf(label('c5.c2'))).toBeNull();
});

it('of thousands of labels a few are told apart, and what the others reach is unknown', () => {
  const many = Array.from({ length: 10_000 }, (_, i) => label('c0.c1022', `t${i}`));
  const own = levelsOf(many);

  expect(own.known.length).toBeLessThan(20);
  expect(mayReach(own, levelsOf([label('c1,c2', 't0')]))).toBe(true);
  expect(mayReach(own, levelsOf([label('c1,c2')]))).toBeNull();
  expect(mayReach(levelsOf([label('c1,c2')]), levelsOf([label('c1,c3')]))).toBe(false);
});
