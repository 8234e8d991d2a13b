// How long the reading of a whole file system takes, and how much memory above rest: of folders of this machine,
// `/usr` when none is named, up to a gigabyte, as `docker export` sends them. Ends with 1 beyond 200 MB, or 8 s of
// processor a gigabyte. `node bench/walk.ts [folder…]`
import { spawn } from 'node:child_process';
import { filesystemLimits } from '../src/inventory/filesystem-limits.ts';
import { readFilesystem } from '../src/inventory/read-filesystem.ts';
import { say } from './measure.ts';

const GIGABYTE = 1024 ** 3;
const MEGABYTES_MAX = 200;
const SECONDS_MAX = 8;

const folders = process.argv.slice(2);
const paths = (folders.length > 0 ? folders : ['/usr']).map((folder) => folder.replace(/^\/+/, ''));
const { stdout } = spawn('tar', ['-C', '/', '-cf', '-', ...paths], {
  stdio: ['ignore', 'pipe', 'ignore'],
});
let bytes = 0;
stdout.on('data', (chunk: Buffer) => {
  bytes += chunk.length;
});
stdout.pause();

const rest = process.memoryUsage.rss();
let peak = rest;
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 5);
const start = performance.now();
const before = process.cpuUsage();
const found = await readFilesystem(stdout, { ...filesystemLimits, bytes: GIGABYTE });
clearInterval(watch);

const { user, system } = process.cpuUsage(before);
const gigabytes = bytes / GIGABYTE;
const seconds = (user + system) / 1e6 / gigabytes;
const megabytes = (peak - rest) / 1024 ** 2;
say(
  `${gigabytes.toFixed(2)} GB: ${found.packages.length} packages, ${found.programs.length} programs,`,
);
say(
  `  ${found.ownedBySystem} of the system, ${found.unread.length} unread; ${found.cut ?? 'whole'}`,
);
say(
  `  ${((performance.now() - start) / 1000 / gigabytes).toFixed(1)} s a GB, ${seconds.toFixed(1)} s of processor`,
);
say(`  ${megabytes.toFixed(0)} MB above rest`);
if (megabytes > MEGABYTES_MAX || seconds > SECONDS_MAX) process.exitCode = 1;
