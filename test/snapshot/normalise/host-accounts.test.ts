import { foreignGroupSources, socketGroup } from '../../../src/snapshot/normalise/accounts.ts';

const passwd = `root:x:0:0:root:/root:/bin/sh
toor:x:0:105::/root:/bin/sh
bob:x:1000:1000::/home/bob:/bin/sh
bobby:x:1001:105::/home/bobby:/bin/sh
eve:x:1002:1002::/home/eve:/bin/sh
`;

describe('members of a group', () => {
  it.each<[string, string, string, number | null, string[]]>([
    ['listed', 'docker', 'docker:x:105:eve,mallory\n', 105, ['bobby', 'eve', 'mallory']],
    ['by their primary group alone', 'docker', 'docker:x:105:\n', 105, ['bobby']],
    ['once each', 'docker', 'docker:x:105:bobby,bobby\n', 105, ['bobby']],
    ['without those who are root anyway', 'docker', 'docker:x:105:root,toor\n', 105, ['bobby']],
    [
      'of another name with the number',
      'docker',
      'docker:x:105:\nalias:x:105:eve\n',
      105,
      ['bobby', 'eve'],
    ],
    ['of a number', '105', 'docker:x:105:eve\n', 105, ['bobby', 'eve']],
    ['of a longer name', 'docker', 'dockerroot:x:7:eve\n', null, []],
    ['of no group', 'docker', '', null, []],
    ['of a broken line', 'docker', 'docker:x\ndocker:x::eve\n#docker:x:105:eve\n', null, []],
  ])('%s', (_, name, group, gid, members) => {
    expect(socketGroup(name, group, passwd)).toEqual({ name, gid, members });
  });
});

it.each([
  [null, []],
  ['group: files systemd\npasswd: files systemd', []],
  ['group:  files [NOTFOUND=return] ldap # sss\nhosts: dns', ['ldap']],
  ['passwd: compat sss\ngroup: sss files', ['sss']],
  ['initgroups: winbind', ['winbind']],
])('sources beyond the files in %j', (nsswitch, sources) => {
  expect(foreignGroupSources(nsswitch)).toEqual(sources);
});
