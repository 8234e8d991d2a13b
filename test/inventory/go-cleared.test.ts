import { unseenOf } from '../../src/exposure/installed.ts';
import { elf } from '../support/elf.ts';
import { goProgram } from './go-program.ts';
import { inventoryIn, told } from './inventory-of.ts';

// Programs of Go whose section with the build info somebody cleared: `go version -m` calls them no programs of Go.

const START = Buffer.from('3077af0c9274080241e1c107e6d618e6', 'hex');
const END = Buffer.from('f932433186182072008242104116d8f2', 'hex');
const bytes = (text: string) => Buffer.from(text, 'latin1');
const program = (...parts: readonly Buffer[]) =>
  Buffer.concat([elf({ machine: 62, text: '' }), ...parts]);
const RUNTIME = bytes('all goroutines are asleep - deadlock!');
const listOf = (text: string) => Buffer.concat([START, bytes(text), END]);
const modules = listOf(
  'path\tgithub.com/a/b/cmd/b\nmod\tgithub.com/a/b\tv1.2.0\t\ndep\tgolang.org/x/sys\tv0.1.0\th1:x=\n',
);

it.each([
  ['its version', bytes('\0\0go1.26.5\0\0'), '1.26.5'],
  ['its version twice', bytes('\0go1.26.5\0\0go1.26.5\0'), '1.26.5'],
  ['several versions', bytes('\0go1.26.5\0\0go1.17\0'), '-'],
  ['none', bytes('go1.26.5go1.17'), '-'],
])('has its modules, and the standard library with %s', async (_, text, version) => {
  const body = program(text, RUNTIME, modules);
  const inventory = await inventoryIn({ name: 'bin/b', body });
  expect(told(inventory)).toEqual([
    `Go stdlib ${version} bin/b`,
    'Go github.com/a/b v1.2.0 bin/b',
    'Go golang.org/x/sys v0.1.0 bin/b',
  ]);
  expect(unseenOf(inventory, 'Go')).toBeNull();
});

it('has those of its build info where it has both', async () => {
  const own = goProgram('go1.24.0', ['mod\tgithub.com/a/b\tv2.0.0\t']);
  const body = Buffer.concat([own, modules, bytes('\0go1.26.5\0')]);
  expect(told(await inventoryIn({ name: 'bin/b', body }))).toEqual([
    'Go stdlib 1.24.0 bin/b',
    'Go github.com/a/b v2.0.0 bin/b',
  ]);
});

it.each([
  ['without a list', program(RUNTIME, bytes('\0go1.26.5\0'))],
  [
    'with a list that has no end',
    program(RUNTIME, START, bytes('mod\tgithub.com/a/b\tv1.2.0\t\n')),
  ],
  ['with a list that is none', program(RUNTIME, listOf('mod'))],
])('%s leaves Go unknown', async (_, body) => {
  const inventory = await inventoryIn({ name: 'bin/b', body });
  expect(told(inventory)).toEqual([]);
  expect(unseenOf(inventory, 'Go')).toMatch(/a Go program that does not say/);
  expect(unseenOf(inventory, 'npm')).toBeNull();
});

it('of another language is none', async () => {
  const inventory = await inventoryIn({ name: 'bin/b', body: program(bytes('\0go1.26.5\0')) });
  expect(inventory).toMatchObject({ packages: [], unread: [] });
});
