import { UnreadableDatabase } from '../../../src/inventory/unreadable-database.ts';
import { readApk } from '../../../src/snapshot/packages/text-databases.ts';

// As apk writes it: a checksum, fields of one letter, files and their checksums, in one paragraph.
const installed = `C:Q1dXdxCNxPFkmSZ5PxSMEb7Wlh8Us=
P:musl
V:1.2.5-r9
A:x86_64
S:411036
I:667648
T:the musl c library (libc) implementation
U:https://musl.libc.org/
L:MIT
o:musl
m:Natanael Copa <ncopa@alpinelinux.org>
t:1739219132
c:f8deb2a8
p:so:libc.musl-x86_64.so.1=1
F:lib
R:ld-musl-x86_64.so.1
a:0:0:755
Z:Q1TtbYTIUWrGg3gmPuWUkzv9pQXes=

C:Q1abc=
P:libcrypto3
V:3.5.1-r0
A:x86_64
o:openssl

P:.build-deps
V:20260101.010203
A:noarch
`;

it('gives every package of apk with its origin', () => {
  expect(readApk(Buffer.from(installed))).toEqual([
    {
      name: 'musl',
      version: '1.2.5-r9',
      architecture: 'x86_64',
      sourceName: 'musl',
      sourceVersion: '1.2.5-r9',
    },
    {
      name: 'libcrypto3',
      version: '3.5.1-r0',
      architecture: 'x86_64',
      sourceName: 'openssl',
      sourceVersion: '3.5.1-r0',
    },
    {
      name: '.build-deps',
      version: '20260101.010203',
      architecture: 'noarch',
      sourceName: '.build-deps',
      sourceVersion: '20260101.010203',
    },
  ]);
});

it.each([['P:a\n'], ['P:a\nV:1\n'], ['P:a\u202e\nV:1\nA:x\n'], ['\u0000'.repeat(4096)], ['hello']])(
  'does not believe %j',
  (text) => {
    expect(() => readApk(Buffer.from(text))).toThrow(UnreadableDatabase);
  },
);
