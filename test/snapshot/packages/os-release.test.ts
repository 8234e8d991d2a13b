import { readOsRelease } from '../../../src/snapshot/normalise/os-release.ts';

it.each([
  [
    'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nNAME="Debian GNU/Linux"\nVERSION_ID="13"\nID=debian\n',
    { id: 'debian', versionId: '13', prettyName: 'Debian GNU/Linux 13 (trixie)' },
  ],
  [
    "ID='alpine'\n# a remark\nVERSION_ID=3.22.1",
    { id: 'alpine', versionId: '3.22.1', prettyName: '' },
  ],
  ['PRETTY_NAME="a \\"b\\" \\$c"', { id: '', versionId: '', prettyName: 'a "b" $c' }],
  ['ID="unfinished\nVERSION_ID=1 2', { id: '', versionId: '', prettyName: '' }],
  ['', { id: '', versionId: '', prettyName: '' }],
])('reads %j', (text, expected) => {
  expect(readOsRelease(text)).toEqual(expected);
});

it('cuts what has no end', () => {
  expect(readOsRelease(`ID=${'x'.repeat(9999)}`).id).toHaveLength(100);
});
