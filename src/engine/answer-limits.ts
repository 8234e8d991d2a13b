import type { JsonLimit } from '../shared/json-meter.ts';
import { table } from '../shared/table.ts';

const KB = 1024;
const MB = 1024 * KB;

/** One subject: the inspect answer of an ordinary container has 10 KB and 300 values. */
const one: JsonLimit = { bytes: MB / 2, values: 10_000 };
/** Some thousand subjects. */
const many: JsonLimit = { bytes: 4 * MB, values: 150_000 };
/** The same of what takes a KB each: 400 containers are listed in 310 KB. */
const most: JsonLimit = { bytes: 8 * MB, values: 300_000 };

const limitOf = table<JsonLimit>({
  'GET /containers/json': most,
  'GET /images/json': most,
  'GET /services': most,
  'GET /networks': many,
  'GET /nodes': many,
  'GET /plugins': many,
  'GET /volumes': many,
  // A row for each process: seventeen columns in 200 bytes.
  'GET /containers/{id}/top': { bytes: 2 * MB, values: 200_000 },
  // A row for each path.
  'GET /containers/{id}/changes': most,
});

/** The limit of a kind of call; `call` is a method and a path without version and query. */
export const answerLimit = (call: string): JsonLimit =>
  limitOf.get(call.replace(/^(GET \/containers\/)[^/]+(\/\w+)$/, '$1{id}$2')) ?? one;
