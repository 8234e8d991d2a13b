import {
  hintIn,
  needsFilesLevel,
  needsKernelLevel,
  withoutHint,
} from '../../src/snapshot/needed-level.ts';

it('parts what is missing from what to set for it, which is said once', () => {
  const reasons = [
    `its listeners: ${needsKernelLevel}`,
    `its sockets: ${needsKernelLevel}; and more`,
    needsFilesLevel,
    'refused by the proxy (403)',
  ];

  expect(reasons.map(withoutHint)).toEqual([
    'its listeners: needs evidence level kernel',
    'its sockets: needs evidence level kernel; and more',
    'needs evidence level files',
    'refused by the proxy (403)',
  ]);
  expect(hintIn(reasons.slice(2))).toBe(
    'set “evidence: files” for the host; it needs write access to the engine API',
  );
});

it('names both levels where the lower one answers a part, as each asks for more trust than the one before', () => {
  const both = hintIn([needsKernelLevel, needsFilesLevel, needsKernelLevel]) ?? '';

  expect(both.match(/evidence: \w+/g)).toEqual(['evidence: files', 'evidence: kernel']);
  expect(hintIn([needsKernelLevel, needsKernelLevel])).toBe(
    'set “evidence: kernel” for the host; it needs write access to the engine API',
  );
  expect(hintIn(['refused by the proxy (403)'])).toBeNull();
});
