import type { OsRelease } from '../snapshot/facts/packages.ts';
import { type Foreign, field, fieldWithin, text, textOrEmpty } from '../snapshot/foreign.ts';
import {
  collectPackages,
  type ForeignList,
  LISTED_MAX,
  type ListedImage,
  NAMES_MAX,
  type SaidOfPackage,
} from './foreign-list.ts';
import { atMost, timeOrNull, word } from './read-foreign.ts';
import { namedImage } from './vex-product.ts';

/** A document of SPDX 2.2 or 2.3 in JSON. */
export function readSpdxList(found: Foreign): ForeignList {
  const all = atMost(LISTED_MAX, field(found, 'packages'));
  const purpose = (one: Foreign) => textOrEmpty(fieldWithin(one, 'primaryPackagePurpose'));
  const packages = collectPackages(
    systemOf(all.find((one) => purpose(one) === 'OPERATING-SYSTEM')),
  );
  const isContainer = (one: Foreign) => purpose(one) === 'CONTAINER';
  for (const one of all) if (!isContainer(one)) packages.add(one, packageOf);
  const about = fieldWithin(found, 'creationInfo');
  const creators = atMost(NAMES_MAX, fieldWithin(about, 'creators')).map((one) => text(one));
  const [, tool = '', toolVersion = ''] =
    creators
      .map((one) => /^Tool: (.{1,100}?)(?:-(v?\d[\w.+-]{0,60}))?$/.exec(one.slice(0, 200)))
      .find(Boolean) ?? [];
  return {
    ...{ format: 'spdx', tool, toolVersion, madeAt: timeOrNull(fieldWithin(about, 'created')) },
    image: imageOf(all.find(isContainer)),
    ...packages.end(),
  };
}

function systemOf(found: Foreign | undefined): OsRelease | null {
  if (found === undefined) return null;
  const id = word(field(found, 'name')).toLowerCase();
  return { id, versionId: textOrEmpty(field(found, 'versionInfo')), prettyName: '' };
}

function packageOf(found: Foreign): SaidOfPackage | null {
  const purl = purlOf(found);
  if (purl === null) return null;
  // `built package from: openssl 3.0.11-1`, as Trivy and Seawall write it.
  const built = /^built package from: (\S{1,200}) (\S{1,500})$/.exec(
    textOrEmpty(field(found, 'sourceInfo')).slice(0, 1_000),
  );
  return { purl, sourceName: built?.[1], sourceVersion: built?.[2] };
}

function purlOf(found: Foreign): string | null {
  for (const one of atMost(NAMES_MAX, field(found, 'externalRefs'))) {
    if (text(field(one, 'referenceType')) === 'purl')
      return word(field(one, 'referenceLocator'), 2_000);
  }
  return null;
}

function imageOf(found: Foreign | undefined): ListedImage {
  const image: ListedImage = { id: null, digests: [], names: [], layers: [] };
  if (found === undefined) return image;
  const version = textOrEmpty(field(found, 'versionInfo')).slice(0, 500);
  const name = word(field(found, 'name'), 500);
  image.names.push(name, ...(version === '' ? [] : [`${name}:${version}`]));
  for (const one of [version, purlOf(found) ?? '']) {
    const digest = namedImage(one)?.digest;
    if (digest) image.digests.push(digest);
  }
  for (const one of atMost(NAMES_MAX, field(found, 'checksums'))) {
    if (text(field(one, 'algorithm')) !== 'SHA256') continue;
    image.digests.push(`sha256:${word(field(one, 'checksumValue'), 100)}`);
  }
  return image;
}
