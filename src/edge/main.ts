#!/usr/bin/env node
// The program beside an engine that nobody can dial. It loads this folder, the tunnel, and `ws`.
import { UserError } from '../shared/errors.ts';
import { visibleLines } from '../shared/text.ts';
import { runEdgeProgram } from './edge-program.ts';

try {
  await runEdgeProgram(process.argv.slice(2), process.env);
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(visibleLines(`${error.message}\n${error.hint ?? ''}\n`));
  process.exitCode = 2;
}
