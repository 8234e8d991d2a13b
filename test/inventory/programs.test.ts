import { deflateSync } from 'node:zlib';
import { elf } from '../support/elf.ts';
import { goProgram, oldGoProgram } from './go-program.ts';
import { inventoryIn, told } from './inventory-of.ts';
import { rustProgram } from './rust-program.ts';

const foundIn = async (name: string, body: Uint8Array) => {
  const { programs, unread } = await inventoryIn({ name, body });
  return [...programs, ...unread];
};
const program = (text: string) => elf({ machine: 62, text });

describe('a Go program', () => {
  const lines = [
    'path\texample.com/tool/cmd/tool',
    'mod\texample.com/tool\t(devel)\t',
    'dep\tgolang.org/x/net\tv0.17.0\th1:x=',
    'dep\texample.com/old\tv1.0.0',
    '=>\texample.com/new\tv1.0.1\th1:y=',
    'dep\texample.com/api\tv3.5.16',
    '=>\t./api\t(devel)\t',
    'build\t-compiler=gc',
  ];
  const modules = [
    'Go stdlib 1.21.5 bin/tool',
    'Go example.com/tool - bin/tool',
    'Go golang.org/x/net v0.17.0 bin/tool',
    'Go example.com/new v1.0.1 bin/tool',
    'Go example.com/old - bin/tool',
    'Go example.com/api - bin/tool',
  ];

  it('tells its modules, what replaces them, and the standard library', async () => {
    const body = goProgram('go1.21.5 X:boringcrypto', lines);
    const inventory = await inventoryIn({ name: 'bin/tool', body });
    expect(told(inventory)).toEqual(modules);
    expect(inventory.packages.map(({ isMainModule = false }) => isMainModule)).toEqual([
      false,
      true,
      false,
      false,
      false,
      false,
    ]);
    expect(inventory.packages[1]?.purl).toBe('pkg:golang/example.com/tool');
    expect(inventory).toMatchObject({ unread: [], programs: [] });
  });

  it('of Go itself is the toolchain, by which Go’s database knows its commands', async () => {
    const body = goProgram('go1.21.5', ['path\tcmd/go', 'build\t-compiler=gc']);
    const inventory = await inventoryIn({ name: 'usr/local/go/bin/go', body });
    expect(told(inventory)).toEqual([
      'Go stdlib 1.21.5 usr/local/go/bin/go',
      'Go toolchain 1.21.5 usr/local/go/bin/go',
    ]);
    expect(inventory.packages[1]?.isMainModule).toBe(true);
  });

  it('tells them behind a text that only looks like it, and in a file of many parts', async () => {
    const decoy = Buffer.from('\xff Go buildinf:\x08\x02', 'latin1');
    for (const before of [
      decoy,
      Buffer.alloc(64 * 1024 * 1024),
      Buffer.alloc(8 * 1024 * 1024 - 200),
    ]) {
      const body = goProgram('go1.21.5', lines, before);
      expect(told(await inventoryIn({ name: 'bin/tool', body }))).toEqual(modules);
    }
  });

  it('without a list, or with one that is only led to, is unknown', async () => {
    const none = await inventoryIn({ name: 'tool', body: goProgram('devel go1.25-abc', []) });
    expect(told(none)).toEqual(['Go stdlib - tool']);
    expect(none.unread).toEqual([
      { path: 'tool', reason: 'a Go program without a list of its modules' },
    ]);
    const old = await inventoryIn({ name: 'tool', body: oldGoProgram() });
    expect(old.unread).toEqual([
      { path: 'tool', reason: 'a Go program of before Go 1.18, whose list is not read' },
    ]);
  });

  it.each([
    ['its module', ['mod\tgithub.com/hashicorp/consul\tv1.17.0\t'], 'consul', '1.17.0'],
    [
      'its linker',
      [
        'path\tgithub.com/traefik/traefik/v3/cmd/traefik',
        'mod\tgithub.com/traefik/traefik/v3\t(devel)\t',
        'build\t-ldflags="-s -w -X github.com/traefik/traefik/v3/pkg/version.Version=3.0.4"',
      ],
      'traefik',
      '3.0.4',
    ],
  ])('that is known has the version that %s names', async (_, of, name, version) => {
    expect(await foundIn('bin/x', goProgram('go1.22.0', of))).toEqual([
      expect.objectContaining({ name, version, evidence: expect.stringContaining(version) }),
    ]);
  });

  it('has the version beside that of Go where nobody says what the linker was told', async () => {
    const texts = Buffer.from('go1.22.0\0\0\0\0\0\0\0\0HEAD\0\0\0\0v2.53.3\0\0\0');
    const body = Buffer.concat([
      goProgram('go1.22.0', ['path\tgithub.com/prometheus/prometheus/cmd/prometheus']),
      texts,
    ]);
    const { programs } = await inventoryIn({ name: 'bin/prometheus', body });
    expect(programs).toEqual([
      {
        name: 'prometheus',
        version: '2.53.3',
        path: 'bin/prometheus',
        evidence: 'go1.22.0        HEAD    v2.53.3',
      },
    ]);
  });
});

describe('a Rust program', () => {
  const crates = {
    packages: [
      { name: 'app', version: '0.1.0', source: 'local', root: true },
      { name: 'serde', version: '1.0.1', source: 'crates.io' },
      { name: 'cc', version: '1.0.0', source: 'crates.io', kind: 'build' },
      { name: 'rustls', version: '0.23.4', source: 'git' },
      { name: 'mine', version: '0.2.0', source: 'registry', kind: 'build' },
    ],
  };

  it('tells its crates that are in it, and which may be those of other places', async () => {
    const { packages, unread } = await inventoryIn({ name: 'app', body: rustProgram(crates) });
    expect(packages).toEqual([
      {
        ecosystem: 'crates.io',
        name: 'serde',
        version: '1.0.1',
        path: 'app',
        purl: 'pkg:cargo/serde@1.0.1',
      },
      {
        ...{ ecosystem: 'crates.io', name: 'rustls', version: null },
        ...{ path: 'app', purl: 'pkg:cargo/rustls' },
      },
    ]);
    const reason = 'crates in it do not come from crates.io';
    const copies = [{ name: 'app', version: '0.1.0' }];
    expect(unread).toEqual([{ path: 'app', reason, ecosystem: 'crates.io', copies }]);
  });

  it.each([
    ['is damaged', rustProgram(null, Buffer.from('x')), 'its list of crates is damaged'],
    [
      'unpacks to too much',
      rustProgram(null, deflateSync(Buffer.alloc(9_000_000))),
      'its list of crates is damaged',
    ],
    ['is none', rustProgram({ packages: 1 }), 'its list of crates is none'],
  ])('whose list %s is unknown', async (_, body, reason) => {
    expect((await inventoryIn({ name: 'app', body })).unread).toEqual([{ path: 'app', reason }]);
  });
});

describe('a program built from source', () => {
  it.each([
    [
      'usr/local/bin/redis-server',
      '\x007.0.15buildkitsandbox-1702957741000000000\0',
      'redis',
      '7.0.15',
    ],
    [
      'usr/local/bin/redis-server',
      '\x004.0.11841ce7054bd9-1542359302000000000\0',
      'redis',
      '4.0.11',
    ],
    ['usr/bin/redis-check-rdb', '\x008.0.21789404730000000000\0', 'redis', '8.0.2'],
    ['usr/local/bin/node', 'x node.js/v22.9.0\0', 'node', '22.9.0'],
    ['usr/local/bin/python3.12', '\x003.11.9\0x\x003.12.1\0', 'python', '3.12.1'],
    ['usr/local/lib/libpython3.12.so.1.0', '/opt/3.12.1\0', 'python', '3.12.1'],
    ['usr/sbin/nginx', '\0nginx version: nginx/1.25.1\0', 'nginx', '1.25.1'],
    ['usr/local/bin/postgres', '\0postgres (PostgreSQL) 16.1\0', 'postgres', '16.1'],
    ['usr/local/apache2/bin/httpd', '\0Apache/2.4.58 (Unix)\0', 'httpd', '2.4.58'],
    ['usr/sbin/mysqld', '/src/mysql-8.0.35/sql/x.cc\0', 'mysql', '8.0.35'],
    ['usr/local/bin/php', '\0X-Powered-By: PHP/8.3.0RC6\0', 'php', '8.3.0RC6'],
    ['usr/local/bin/ruby', '\0ruby 3.2.2 (2023-03-30 revision x) [x]\0', 'ruby', '3.2.2'],
    [
      'usr/local/sbin/haproxy',
      '\0HAProxy version 2.9.0-fddb8c1, released 2023/12/05\0',
      'haproxy',
      '2.9.0',
    ],
    ['usr/local/bin/memcached', '\0memcached 1.6.22\0', 'memcached', '1.6.22'],
    ['usr/local/bin/envoy', '\x001.28.0\0...envoy_reloadable_features_x\0', 'envoy', '1.28.0'],
  ])('%s is known by a text in it', async (path, text, name, version) => {
    expect(await foundIn(path, program(text))).toEqual([
      { name, version, path, evidence: expect.stringContaining(version) },
    ]);
  });

  it.each([
    ['opt/jdk/release', 'IMPLEMENTOR="x"\nJAVA_VERSION="17.0.9"\n', 'java', '17.0.9'],
    [
      'opt/rabbitmq/plugins/rabbit-3.12.0/ebin/rabbit.app',
      '{vsn, "3.12.0"},',
      'rabbitmq',
      '3.12.0',
    ],
    ['usr/share/grafana/VERSION', '10.2.0\n', 'grafana', '10.2.0'],
  ])('%s says the version beside it', async (path, text, name, version) => {
    expect(await foundIn(path, Buffer.from(text))).toEqual([
      { name, version, path, evidence: expect.stringContaining(version) },
    ]);
  });

  it.each([
    [
      'opt/v/psycopg2_binary.libs/libcrypto-0628e7d4.so.1.1',
      '\0OpenSSL 1.1.1k  25 Mar 2021\0',
      ...['openssl', '1.1.1k'],
    ],
    ['usr/local/lib/libcrypto.so.3', '\0OpenSSL 3.0.11 19 Sep 2023\0', 'openssl', '3.0.11'],
    ['usr/local/lib/libcurl.so.4.8.0', '\0libcurl/8.3.0\0', 'curl', '8.3.0'],
    [
      'opt/x/libz.so.1',
      ' deflate 1.2.11 Copyright 1995-2017 Jean-loup Gailly and Mark Adler ',
      ...['zlib', '1.2.11'],
    ],
    ['opt/x/libexpat.so.1', '\0expat_2.4.1\0', 'expat', '2.4.1'],
    ['usr/local/lib/liblzma.so.5.6.1', '\x005.6.1\0', 'xz', '5.6.1'],
    ['opt/x/libpng16-1a2b3c4d.so.16', '\0 libpng version 1.6.37\0', 'libpng', '1.6.37'],
    ['busybox/busybox', '\0BusyBox v1.36.1 (2023-11-01 12:00:00 UTC)\0', 'busybox', '1.36.1'],
    ['usr/local/bin/bash', '\0@(#)Bash version 5.2.37(1) release GNU\0', 'bash', '5.2.37'],
    [
      'usr/local/bin/perl5.40.1',
      '\0/usr/local/lib/perl5/5.40.1/x86_64-linux-gnu',
      'perl',
      '5.40.1',
    ],
    ['opt/sbin/lighttpd', '\0lighttpd/1.4.79 (ssl)\0', 'lighttpd', '1.4.79'],
    ['opt/sbin/unbound', '\0unbound 1.19.3\0', 'unbound', '1.19.3'],
    ['opt/sbin/proftpd', '\0ProFTPD Version 1.3.8c\0', 'proftpd', '1.3.8c'],
    ['opt/sbin/sshd', '\0OpenSSH_6.5*\0OpenSSH_9.7p1 x\0', 'openssh', '9.7p1'],
    ['opt/sbin/named', '\0BIND 9.18.24\0', 'bind', '9.18.24'],
    ['opt/sbin/dovecot', '\0Dovecot v2.3.21 (4725a67d) starting up', 'dovecot', '2.3.21'],
  ])(
    'a library of C, or a program that only distributions know, is known by a text in it: %s',
    async (path, text, name, version) => {
      expect(await foundIn(path, program(text))).toEqual([
        { name, version, path, evidence: expect.stringContaining(version) },
      ]);
      // Another one of that name, as LibreSSL has it, is none of these, and no reason to know nothing of programs.
      expect(await foundIn(path, program('\0LibreSSL 3.8.2\0'))).toEqual([]);
    },
  );

  it('without a version is unknown, but for a launcher beside its library', async () => {
    const launcher = { name: 'bin/python3.12', body: program('') };
    expect(await inventoryIn(launcher)).toMatchObject({
      programs: [],
      unread: [
        { path: 'bin/python3.12', reason: 'by its name python, of no version that is found' },
      ],
    });
    const library = { name: 'lib/libpython3.12.so.1.0', body: program('\x003.12.1\0') };
    expect(await inventoryIn(launcher, library)).toMatchObject({
      programs: [{ name: 'python' }],
      unread: [],
    });
  });

  it.each([
    ['node', 'node.js/v20.11.1', '20.11.1'],
    ['nginx', 'nginx version: nginx/1.25.3', '1.25.3'],
    ['postgres', '\0postgres (PostgreSQL) 16.1', '16.1'],
    ['php', 'X-Powered-By: PHP/8.2.14', '8.2.14'],
  ])('is found under any name where a text is its own: %s', async (name, text, version) => {
    expect(await foundIn('app/server', program(`${text}\0`))).toMatchObject([{ name, version }]);
    expect(await foundIn('app/server', program(text.replace(/[\d.]+$/, '%s')))).toEqual([]);
  });

  it('is no script of that name', async () => {
    expect(await foundIn('bin/node', Buffer.from('#!/bin/sh\nnode.js/v1.2.3'))).toEqual([]);
  });
});
