import { Command } from 'commander';
import { loadSettings } from '../src/config/load-settings.ts';
import { boundGarbage } from '../src/programs/bound-garbage.ts';
import { openLog } from '../src/programs/open-log.ts';
import type { ProgramInput } from '../src/programs/run-program.ts';
import { stopSignal } from '../src/programs/run-until-stopped.ts';
import { UserError } from '../src/shared/errors.ts';
import { usualSockets } from '../src/shared/usual-sockets.ts';
import { openDemo } from './open-demo.ts';

const PORT = 4321;

/**
 * Runs `seawall demo` with the words behind it, until the process is told to stop. Rejects with
 * `CommanderError` for words that it does not know, with `UserError` for what is no port, and like `loadSettings` and `openDemo`.
 */
export async function runDemo(words: readonly string[], input: ProgramInput): Promise<void> {
  const { stdout, stderr } = input;
  const program = new Command('seawall demo')
    .description('try it: a local workspace, a scan, a page to type in')
    .option('--port <number>', 'port of the page', String(PORT))
    .option('--once', 'end after the first answer')
    .exitOverride()
    .showHelpAfterError('Try seawall demo --help.')
    .configureOutput({ writeOut: stdout, writeErr: stderr })
    .parse([...words], { from: 'user' });
  const { port, once } = program.opts<{ port: string; once?: boolean }>();
  const isPort = /^\d{1,5}$/.test(port) && Number(port) < 65_536;
  if (!isPort) throw new UserError(`“${port}” is no port.`, { hint: `For example: ${PORT}.` });
  const { hosts } = await loadSettings(input);
  const log = openLog({ logLevel: 'error' }, stderr);
  boundGarbage();
  // From here on there is a folder to be removed.
  const stopped = stopSignal();
  let isStopping = false;
  void stopped.then(() => {
    isStopping = true;
    stdout('Stopping …\n');
  });
  const elsewhere = usualSockets(input.environment);
  const demo = await openDemo({ hosts, elsewhere, port: Number(port), log, say: stdout });
  // With `--once` nobody could type there any more.
  if (!once && !isStopping) {
    stdout(`\nThe workspace is open at ${demo.url} – type there; stop with Ctrl-C.\n`);
    await stopped;
  }
  await demo.close();
}
