import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin, stop } from 'esbuild';
import { lightHttp } from '../../scripts/light-http.ts';
import { kept, stateOfFiles } from './kept.ts';

// Of what it takes to start a program, more than half is Node looking for a thousand small files, one by one.

const project = resolve(import.meta.dirname, '../..');
/** What suites start as processes of their own. */
const PROGRAMS = {
  main: 'src/main.ts',
  chat: 'test/support/chat-process.ts',
  digest: 'test/system/schedule/digest-process.ts',
  edge: 'src/edge/main.ts',
  exposure: 'test/support/exposure-process.ts',
  kernelReader: 'test/support/kernel-process.ts',
  liars: 'test/support/among-liars.ts',
  outbox: 'test/support/outbox-process.ts',
  readHostile: 'test/support/read-hostile.ts',
  scanHostile: 'test/support/scan-hostile.ts',
  watch: 'test/support/watch-process.ts',
  watcher: 'test/support/watcher-process.ts',
  workspace: 'test/support/workspace-process.ts',
};
const MADE_OF = [
  'src',
  'commands',
  'demo',
  'migrations',
  'test/support',
  'scripts',
  'package-lock.json',
];
/** Packages with programs of the machine in them, and what the page of the demo looks for by its own place. */
const APART = ['better-sqlite3', '@resvg/resvg-js', 'ssh2', 'pg-native', 'preact'];
/** Packages that are not modules of ECMAScript ask for what Node has by this. */
const REQUIRE =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** A source finds its threads, fonts and recordings by its own place, wherever its text stands. */
const placesOfSources: Plugin = {
  name: 'places of sources',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const contents = readFileSync(path, 'utf8')
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
        .replaceAll('import.meta.filename', JSON.stringify(path))
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)));
      return { contents, loader: 'ts' };
    });
  },
};

// They name places in this folder: those of another checkout would look there.
const madeOf = [project, ...(await stateOfFiles(...MADE_OF, PROGRAMS.digest))];
const folder = await kept('joined-programs', madeOf, async (outdir) => {
  await build({
    ...{ absWorkingDir: project, entryPoints: Object.values(PROGRAMS), outdir, outbase: project },
    ...{ bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node24' },
    ...{ external: APART, banner: { js: REQUIRE }, plugins: [placesOfSources, lightHttp] },
    ...{ outExtension: { '.js': '.mjs' }, logLevel: 'error' },
  });
  // Its process would keep this one from ending.
  await stop();
});

/**
 * A program and all that it imports in few files: it does the same, and starts in half of the time. What changes in its
 * sources makes it anew.
 */
export const joinedProgram = (name: keyof typeof PROGRAMS): string =>
  join(folder, PROGRAMS[name].replace(/ts$/, 'mjs'));

/** `src/main.ts`, joined. */
export const main = joinedProgram('main');
