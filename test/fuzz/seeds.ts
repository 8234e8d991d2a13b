import Database from 'better-sqlite3';
import * as allCommands from '../../commands/index.ts';
import { rpmHeader } from '../support/rpm-header.ts';
import { tarOf } from '../support/tar-bytes.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const zlib = rpmHeader([
  [1000, 'zlib'],
  [1001, '1.3.1'],
  [1002, '2.el10'],
  [1003, 1],
  [1022, 'x86_64'],
  [1044, 'zlib-ng-2.2.3-2.el10.src.rpm'],
]);

function rpmNdb(blob: Buffer): Buffer {
  const page = Buffer.alloc(4096);
  page.writeUInt32LE(0x506d_7052, 0);
  page.writeUInt32LE(1, 12);
  for (let slot = 0; slot < 254; slot += 1) page.writeUInt32LE(0x746f_6c53, 32 + slot * 16);
  page.writeUInt32LE(1, 36);
  page.writeUInt32LE(4096 / 16, 40);
  const whole = Buffer.alloc(16 + Math.ceil(blob.length / 16) * 16);
  for (const [word, field] of [0x5362_6c42, 1, 0, blob.length].entries()) {
    whole.writeUInt32LE(field, word * 4);
  }
  whole.set(blob, 16);
  return Buffer.concat([page, whole]);
}

function rpmSqlite(): Uint8Array {
  const database = new Database(':memory:');
  try {
    database.pragma('page_size = 512');
    database.exec('create table Packages (hnum integer primary key, blob blob not null)');
    const insert = database.prepare('insert into Packages (blob) values (?)');
    for (let row = 0; row < 20; row += 1) insert.run(zlib);
    insert.run(Buffer.concat([zlib, Buffer.alloc(3000)]));
    return new Uint8Array(database.serialize());
  } finally {
    database.close();
  }
}

const dpkg = `Package: bash\nStatus: install ok installed\nVersion: 5.2\nArchitecture: amd64\nSource: b (5)\n\n`;
const status = [
  'Name:\tsleep\nState:\tS (sleeping)\nPid:\t1\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nGroups:\t\nNSpid:\t1',
  ...['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'].map((name) => `${name}:\t00000000a80425fb`),
  'NoNewPrivs:\t0\nSeccomp:\t2',
].join('\n');
const socket =
  '  sl  local_address rem_address   st\n   0: 00000000:1F90 00000000:0000 0A 00000000:00000000';
/** Each begins with the byte that chooses who reads it. */
const chosen = (...texts: readonly string[]): Uint8Array[] =>
  texts.map((text, index) => Uint8Array.of(index, ...bytesOf(text)));

/** Whole samples of what each target reads, from which changed ones are made. */
export const fuzzSeeds: Readonly<Record<string, readonly Uint8Array[]>> = {
  tar: [
    tarOf(
      { name: 'usr/bin/su', mode: 0o4755, body: 'x'.repeat(600) },
      { name: '././@LongLink', type: 'L', body: 'usr/long\0' },
      { name: 'h', type: 'x', body: '19 path=some/thing\n12 uid=1000\n' },
      { name: 'usr/bin/ping', mode: 0o2755 },
      { name: 'link', type: '1', linkName: 'usr/bin/su' },
    ),
  ],
  dpkg: [bytesOf(dpkg.repeat(3))],
  apk: [bytesOf('C:Q1\nP:musl\nV:1.2\nA:x86_64\no:musl\n\nP:a\nV:1\nA:x\n')],
  'rpm-sqlite': [rpmSqlite()],
  'rpm-ndb': [rpmNdb(zlib)],
  'rpm-header': [zlib],
  'os-release': [bytesOf('PRETTY_NAME="Debian \\"13\\""\nID=debian\nVERSION_ID=\'13\'\n')],
  passwd: [bytesOf('root:x:0:0::/root:/bin/sh\napp:x:7:7:::\n')],
  proc: chosen(
    status,
    '36 35 98:0 / /mnt rw,noatime shared:1 - ext3 /dev/root rw,errors=continue',
    '         0          0 4294967295',
    `0::/docker/${'a'.repeat(64)}`,
    `4:memory:/docker/${'a'.repeat(64)}/x\n2:cpu,cpuacct:/`,
    '1 (a) b) S 1 1 1 0 -1 4 1 0 0 0 0 0 0 0 20 0 1 0 123456 1',
    socket,
    'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\neth0\t0000000A\t0\t1\t0\t0\t0\t000000FF',
    `/proc/1/status:Name:\tx\n/proc/1/status:Pid:\t1\n/sys/fs/cgroup/a/memory.max:max`,
    '0-3,7,9-11',
  ),
  'host-files': chosen(
    'docker:x:999:bob,eve\nbob:x:0:999::/:\n',
    'passwd: files [NOTFOUND=return] ldap # x\ngroup: db sss\n',
    "A=1\nexport B='x y'\n",
    '[Service]\nExecStart=/usr/bin/dockerd -H fd:// \\\n --log-level="x"\nExecStart=\n',
    'tcp://user:pass@host/x and ssh://a@b@c',
    'DB=postgres://u:p@h/x?password=1 eyJhbGciOiJ9.eyJzdWIiOiI5.x',
    Buffer.from('{"mode":420,"linkTarget":"","size":1,"mtime":"2026-01-01T00:00:00Z"}').toString(
      'base64',
    ),
  ),
  'engine-json': Array.from({ length: 7 }, (_, which) => Uint8Array.of(which)),
  event: [
    bytesOf(
      '{"Type":"container","Action":"exec_create: sh -c x","Actor":{"ID":"ab","Attributes":{"name":"a","image":"b","exitCode":"0","execID":"cd"}},"timeNano":1767225600000000001}',
    ),
  ],
  'command-line': Object.values(allCommands).flatMap(({ examples }) => examples.map(bytesOf)),
};
