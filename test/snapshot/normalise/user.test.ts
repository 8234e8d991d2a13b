import fc from 'fast-check';
import {
  parseDeclaredUser,
  uidInPasswd,
  userFromPasswd,
  userWithoutPasswd,
} from '../../../src/snapshot/normalise/accounts.ts';

const uidOf = (declared: string) => userWithoutPasswd(declared, 'not looked up').uid;

describe('the declared user', () => {
  it.each([
    '',
    '0',
    '00',
    '000',
    '0:0',
    '00:5',
    'root',
    'root:root',
    'root:1000',
    ':0',
    '+0',
    '-0',
  ])('%j is root', (declared) => {
    expect(uidOf(declared)).toBe(0);
  });

  it.each([
    ['1000', 1000],
    ['1000:1000', 1000],
    ['01000', 1000],
    ['65534:root', 65_534],
    ['2147483647', 2_147_483_647],
  ])('%j is uid %i', (declared, uid) => {
    expect(userWithoutPasswd(declared, '')).toEqual({ declared, uid, reason: null });
  });

  it.each(['2147483648', '4294967296', '99999999999999999999999', '-1'])(
    '%j is no possible number, so unknown with the reason',
    (declared) => {
      const user = userWithoutPasswd(declared, '');

      expect(user.uid).toBeNull();
      expect(user.reason).toContain('outside');
    },
  );

  it.each(['app', 'toor', 'Root', 'ROOT', '0x0', '1e3', ' 0', '1000a', 'root ', '１０'])(
    '%j is a name',
    (declared) => {
      expect(parseDeclaredUser(declared)).toEqual({ kind: 'name', name: declared });
      expect(userWithoutPasswd(declared, 'why not')).toEqual({
        declared,
        uid: null,
        reason: 'why not',
      });
    },
  );

  it('is a whole number in range or unknown with a reason, whatever is written', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (declared, passwd) => {
        const { uid, reason } = userFromPasswd(declared, passwd);
        expect(uid === null).toBe(reason !== null);
        if (uid !== null) expect(uid >= 0 && uid <= 2_147_483_647).toBe(true);
      }),
    );
  });
});

describe('a name in the container’s own passwd', () => {
  const passwd = [
    'root:x:0:0:root:/root:/bin/sh',
    'toor:x:0:0::/root:/bin/sh',
    'app:x:1000:1000::/home/app:/bin/sh',
    'app:x:0:0::/:/bin/sh',
    'odd:x:nonsense:0::/:/bin/sh',
    'huge:x:4294967296:0::/:/bin/sh',
    'short',
  ].join('\n');

  it.each([
    ['toor', 0],
    ['app', 1000],
    ['app:root', 1000],
    ['odd', 0],
    ['short', 0],
  ])('%s is uid %i', (declared, uid) => {
    expect(userFromPasswd(declared, passwd)).toEqual({ declared, uid, reason: null });
  });

  it.each(['nobody', 'ap', 'huge', 'App'])('%s stays unknown', (declared) => {
    const user = userFromPasswd(declared, passwd);

    expect(user.uid).toBeNull();
    expect(user.reason).toContain('/etc/passwd');
  });

  it('does without it for a number', () => {
    expect(userFromPasswd('5', passwd).uid).toBe(5);
  });

  it('reads lines that end as on Windows', () => {
    expect(uidInPasswd('app:x:7:7:::\r\n', 'app')).toBe(7);
  });
});
