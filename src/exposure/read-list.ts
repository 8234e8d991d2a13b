import { type Reading, unread } from '../shared/reading.ts';
import type { Foreign } from '../snapshot/foreign.ts';
import type { ForeignList } from './foreign-list.ts';
import { readCyclonedxList } from './list-cyclonedx.ts';
import { readGrypeList, readSyftList, readTrivyList } from './list-scanners.ts';
import { readSpdxList } from './list-spdx.ts';
import { readForeign } from './read-foreign.ts';

/** By fields that every file of a format has, and none of another. */
const formats: readonly [
  name: string,
  fields: readonly string[],
  read: (found: Foreign) => ForeignList,
][] = [
  ['CycloneDX', ['bomFormat', 'specVersion'], readCyclonedxList],
  ['SPDX', ['spdxVersion', 'SPDXID'], readSpdxList],
  ['Syft', ['artifacts', 'descriptor', 'source'], readSyftList],
  ['Trivy', ['SchemaVersion', 'Results'], readTrivyList],
  ['Grype', ['matches', 'descriptor', 'source'], readGrypeList],
];

/** What another program says is in an image, by the form of its file. Unread where it has another form. */
export function readList(value: unknown): Reading<ForeignList> {
  const isRecord = typeof value === 'object' && value !== null;
  const format = isRecord
    ? formats.find(([, fields]) => fields.every((name) => Object.hasOwn(value, name)))
    : undefined;
  if (format === undefined) {
    return unread('it is no list of packages as CycloneDX, SPDX, Syft, Trivy or Grype write it');
  }
  const [name, , read] = format;
  return readForeign(name, value, read);
}
