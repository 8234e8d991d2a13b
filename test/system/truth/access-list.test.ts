import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assess } from '../../../src/assessment/assess.ts';
import { evaluateRule } from '../../../src/findings/evaluate.ts';
import { dockerGroupTrusted } from '../../../src/rules/catalogue/docker-group-trusted.ts';
import { examplePolicy, exampleSnapshot } from '../../../src/rules/example-host.ts';
import { presentOther, withFiles } from '../../../src/rules/example-host-files.ts';

// A list of POSIX lets one user of no group connect, of which the mode tells its mask alone.

const STRANGER = 61_234;
const SET_ATTRIBUTE: Readonly<Record<string, number>> = { x64: 188, arm64: 5 };
/** The list of acl(5): owner, the stranger, group, mask and others, each with a tag, rights and a number. */
const SET_LIST = `my $no = 0xffffffff;
my $list = pack 'V (vvV)5', 2, 1, 6, $no, 2, 6, ${STRANGER}, 4, 6, $no, 16, 6, $no, 32, 0, $no;
my ($path, $name) = ($ARGV[0], 'system.posix_acl_access');
exit(syscall(${SET_ATTRIBUTE[process.arch]}, $path, $name, $list, length $list, 0) == 0 ? 0 : 1)`;
const CONNECT = `use Socket; $) = '${STRANGER} ${STRANGER}'; $> = ${STRANGER};
socket my $it, PF_UNIX, SOCK_STREAM, 0 or die; exit(connect($it, pack_sockaddr_un($ARGV[0])) ? 0 : 1)`;

const folder = mkdtempSync(join(tmpdir(), 'seawall-list-'));
const socket = join(folder, 'engine.sock');
let server: Server;

beforeAll(async () => {
  chmodSync(folder, 0o755);
  server = createServer((one) => one.destroy());
  await new Promise<void>((resolve) => server.listen(socket, resolve));
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const connects = (): Promise<boolean> =>
  new Promise((resolve) => {
    spawn('perl', ['-e', CONNECT, socket]).on('exit', (code) => resolve(code === 0));
  });

function judged() {
  const mode = statSync(socket).mode & 0o777;
  const facts = withFiles('engine-socket', presentOther(socket, mode, 'socket'));
  const result = evaluateRule(
    dockerGroupTrusted,
    assess(exampleSnapshot(facts)),
    examplePolicy(facts),
  );
  return result[0]?.message;
}

it('says what a mode leaves open, and lets a mask stand for the whole list', async () => {
  chmodSync(socket, 0o660);
  expect(await connects()).toBe(false);
  expect(judged()).toContain(`no call tells whether an access control list of ${socket}`);

  execFileSync('perl', ['-e', SET_LIST, socket]);
  expect(statSync(socket).mode & 0o777).toBe(0o660);
  expect(await connects()).toBe(true);
  expect(judged()).toContain(`no call tells whether an access control list of ${socket}`);

  chmodSync(socket, 0o640);
  expect(await connects()).toBe(false);
  expect(judged()).toBe('lets nobody reach the engine who is not listed');
});
