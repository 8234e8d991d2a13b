#!/usr/bin/env node
// The program beside an engine that nobody can dial. It loads this folder, the tunnel, and `ws`.
import { UserError } from '../shared/errors.ts';
import { outliveReaders, verifyCertificates } from '../shared/prepare-process.ts';
import { visibleLines } from '../shared/text.ts';
import { runEdgeProgram } from './edge-program.ts';

outliveReaders(process);
verifyCertificates(process);
try {
  await runEdgeProgram(process.argv.slice(2), process.env);
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(visibleLines(`${error.message}\n${error.hint ?? ''}\n`));
  process.exitCode = 2;
}
