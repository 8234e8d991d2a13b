#!/usr/bin/env node
import fs from 'node:fs';
import module from 'node:module';
import { join } from 'node:path';

/** better-sqlite3 crashes an older Node without a word, so this comes before any other import. */
const needed = [22, 18] as const;
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < needed[0] || (major === needed[0] && minor < needed[1])) {
  process.stderr.write(
    `Seawall needs Node ${needed.join('.')} or newer (24 is best); this is ${process.versions.node}.\n`,
  );
  process.exit(2);
}

// Beside the program: who can write there rules the program as well. Where Seawall cannot, it starts
// slower and says nothing.
const { packageRoot } = await import('./programs/package.ts');
module.enableCompileCache(join(packageRoot(), '.cache', 'compile'));

const { runProgram } = await import('./programs/run-program.ts');
function textIn(path: string): string | null {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

const columnsOf = ({ isTTY, columns }: NodeJS.WriteStream) => (isTTY ? columns || 80 : null);

const { secretVariables } = await import('./config/settings.ts');
const environment = { ...process.env };
// What ssh, and what its settings start, has no need of.
for (const name of [...secretVariables, 'SEAWALL_EDGE_KEY']) delete process.env[name];

const { readGuard } = await import('./shared/secret-file.ts');
const { outliveReaders, verifyCertificates } = await import('./shared/prepare-process.ts');
outliveReaders(process);
verifyCertificates(process);

process.exitCode = await runProgram({
  arguments: process.argv.slice(2),
  others: [
    {
      name: 'demo',
      summary: 'try it: a local workspace, a scan, a page to type in',
      run: async (words, input) => (await import('../demo/run-demo.ts')).runDemo(words, input),
    },
    {
      name: 'edge',
      summary: 'answer a Seawall elsewhere for the engine of this machine; see docs/edge.md',
      run: async (words, input) =>
        (await import('./edge/edge-program.ts')).runEdgeProgram(words, input.environment),
    },
  ],
  environment,
  cwd: process.cwd(),
  readFile: textIn,
  guardOf(path) {
    return process.platform === 'win32' ? null : readGuard(path, fs);
  },
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
  async *stdin() {
    const { createInterface } = await import('node:readline');
    yield* createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
  },
  screen: { stdout: columnsOf(process.stdout), stderr: columnsOf(process.stderr) },
});
