import fc from 'fast-check';
import { procFiles } from '../../../src/snapshot/collector.ts';
import { procPath, splitProbeOutput } from '../../../src/snapshot/normalise/probe-output.ts';

/** What `grep -sH ''` prints of these files. */
const grep = (files: readonly (readonly [string, string])[]): string =>
  files.flatMap(([path, text]) => text.split('\n').map((line) => `${path}:${line}\n`)).join('');

it('gives every file its own lines, blanks and colons included', () => {
  const output = [
    '/proc/self/status:Name:\tgrep',
    '/proc/42/status:Name:\tmy: worker',
    '/proc/42/status:Pid:\t42',
    '/proc/42/mountinfo:36 35 98:0 / /a:b\\040c rw - ext4 /dev/x rw',
    '/proc/42/uid_map:         0          0 4294967295',
    '',
  ].join('\n');

  expect([...splitProbeOutput(output, false)]).toEqual([
    ['/proc/self/status', 'Name:\tgrep'],
    ['/proc/42/status', 'Name:\tmy: worker\nPid:\t42'],
    ['/proc/42/mountinfo', '36 35 98:0 / /a:b\\040c rw - ext4 /dev/x rw'],
    ['/proc/42/uid_map', '         0          0 4294967295'],
  ]);
});

it('leaves out what nobody could have asked for', () => {
  const output = ['/proc/1/environ:A=b', '/proc/01/status:x', 'grep: no such file', ''].join('\n');

  expect(splitProbeOutput(output, false).size).toBe(0);
});

it('leaves out the last file of an output that was cut, since it may lack its end', () => {
  const output = '/proc/1/status:Name:\ta\n/proc/2/status:Name:\tb\n/proc/2/status:Cap';

  expect([...splitProbeOutput(output, true).keys()]).toEqual(['/proc/1/status']);
  expect(splitProbeOutput('', true).size).toBe(0);
});

it('lets no content forge a line of another file', () => {
  const file = fc
    .tuple(fc.integer({ min: 1, max: 5 }), fc.constantFrom(...procFiles))
    .map(([pid, name]) => procPath(pid, name));
  const forged = fc.tuple(file, fc.string()).map(([path, text]) => `${path}:${text}`);
  // The name in `stat` is printed as it is: the one place where a newline comes from a workload.
  const content = fc
    .array(fc.oneof(fc.string(), forged, fc.constant('/proc/1/status:Seccomp:\t2')), {
      minLength: 1,
    })
    .map((lines) => lines.join('\n'));
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(file, content), { selector: ([path]) => path }),
      (files) => {
        expect([...splitProbeOutput(grep(files), false)]).toEqual(files);
      },
    ),
  );
});
