// So many recorded engines, each on a port of its own, as a program: prints their urls in one line.
import { openRecordedEngine } from './recorded-engine.ts';

const engines = Array.from({ length: Number(process.argv[2]) }, () => openRecordedEngine());
process.stdout.write(`${(await Promise.all(engines)).map(({ url }) => url).join(' ')}\n`);
