import type { OsRelease } from '../snapshot/facts/packages.ts';
import {
  type Foreign,
  field,
  fieldWithin,
  isAbsent,
  text,
  textOrEmpty,
} from '../snapshot/foreign.ts';
import {
  collectPackages,
  type ForeignList,
  LISTED_MAX,
  type ListedImage,
  NAMES_MAX,
  type SaidOfPackage,
} from './foreign-list.ts';
import { joined } from './list-cyclonedx.ts';
import { atMost, timeOrNull, word } from './read-foreign.ts';

const PATH_CHARACTERS = 2_000;
const texts = (found: Foreign): string[] =>
  atMost(NAMES_MAX, found).map((one) => text(one).slice(0, PATH_CHARACTERS));
const idOrNull = (found: Foreign): string | null =>
  isAbsent(found) || text(found) === '' ? null : word(found);

function systemOf(name: Foreign, version: Foreign): OsRelease | null {
  const id = textOrEmpty(name).toLowerCase();
  return id === '' ? null : { id, versionId: textOrEmpty(version), prettyName: '' };
}

/** The image as Syft and Grype have it; `target` is what Syft 1 calls `metadata`. */
function ofAnchore(found: Foreign): ListedImage {
  const whole = fieldWithin(found, 'metadata');
  const image = isAbsent(whole) ? fieldWithin(found, 'target') : whole;
  // Of a folder it is a text.
  if (isAbsent(image) || typeof image.value === 'string') {
    return { id: null, digests: [], names: [], layers: [] };
  }
  const manifest = idOrNull(field(image, 'manifestDigest'));
  const input = idOrNull(field(image, 'userInput'));
  return {
    id: idOrNull(field(image, 'imageID')),
    digests: manifest === null ? [] : [manifest],
    names: [
      ...texts(field(image, 'tags')),
      ...texts(field(image, 'repoDigests')),
      ...(input === null ? [] : [input]),
    ],
    // Hashes of unpacked layers.
    layers: atMost(NAMES_MAX, field(image, 'layers')).map((one) => word(field(one, 'digest'))),
  };
}

/** Artifacts of Syft and Grype. */
function artifactOf(found: Foreign): SaidOfPackage | null {
  const purl = textOrEmpty(field(found, 'purl'));
  if (purl === '') return null;
  const metadata = fieldWithin(found, 'metadata');
  const [upstream] = atMost(NAMES_MAX, fieldWithin(found, 'upstreams'));
  const [location] = atMost(LISTED_MAX, fieldWithin(found, 'locations'));
  const own = (name: string) => textOrUndefined(fieldWithin(metadata, name));
  const ofUpstream = (name: string) =>
    upstream === undefined ? undefined : textOrUndefined(field(upstream, name));
  return {
    purl: purl.slice(0, 2_001),
    sourceName: own('source') || own('originPackage') || ofUpstream('name'),
    sourceVersion: own('sourceVersion') || ofUpstream('version'),
    path:
      location === undefined
        ? null
        : textOrEmpty(field(location, 'path')).replace(/^\//, '').slice(0, PATH_CHARACTERS),
  };
}

const textOrUndefined = (found: Foreign): string | undefined =>
  typeof found.value === 'string' ? found.value.slice(0, 1_000) : undefined;

/** Who made a list of Syft or Grype, when, and of which image. */
function headOf(found: Foreign): Pick<ForeignList, 'tool' | 'toolVersion' | 'madeAt' | 'image'> {
  const tool = field(found, 'descriptor');
  return {
    tool: word(fieldWithin(tool, 'name')),
    toolVersion: textOrEmpty(fieldWithin(tool, 'version')).slice(0, 100),
    madeAt: timeOrNull(fieldWithin(tool, 'timestamp')),
    image: ofAnchore(field(found, 'source')),
  };
}

/** What Syft writes as `syft-json`; it does not say when. */
export function readSyftList(found: Foreign): ForeignList {
  const distro = fieldWithin(found, 'distro');
  const id = fieldWithin(distro, 'id');
  const packages = collectPackages(
    systemOf(isAbsent(id) ? fieldWithin(distro, 'name') : id, fieldWithin(distro, 'versionID')),
  );
  for (const one of atMost(LISTED_MAX, field(found, 'artifacts'))) packages.add(one, artifactOf);
  return { format: 'syft', ...headOf(found), ...packages.end() };
}

/** What Grype found: only packages that it has vulnerabilities of. */
export function readGrypeList(found: Foreign): ForeignList {
  const distro = fieldWithin(found, 'distro');
  const packages = collectPackages(
    systemOf(fieldWithin(distro, 'name'), fieldWithin(distro, 'version')),
  );
  for (const list of ['matches', 'ignoredMatches']) {
    for (const one of atMost(LISTED_MAX, field(found, list))) {
      packages.add(field(one, 'artifact'), artifactOf);
    }
  }
  return { format: 'grype', ...headOf(found), ...packages.end() };
}

/** A report of Trivy; without `--list-all-pkgs` it names only packages that have vulnerabilities. */
export function readTrivyList(found: Foreign): ForeignList {
  const metadata = fieldWithin(found, 'Metadata');
  const packages = collectPackages(
    systemOf(fieldWithin(metadata, 'OS', 'Family'), fieldWithin(metadata, 'OS', 'Name')),
  );
  for (const result of atMost(NAMES_MAX, field(found, 'Results'))) {
    const target = textOrEmpty(field(result, 'Target'));
    const all = atMost(LISTED_MAX, field(result, 'Packages'));
    for (const one of all) packages.add(one, (each) => ofTrivy(each, target));
    if (all.length > 0) continue;
    for (const one of atMost(LISTED_MAX, field(result, 'Vulnerabilities'))) {
      packages.add(one, (each) => {
        const purl = textOrEmpty(fieldWithin(each, 'PkgIdentifier', 'PURL'));
        return purl === '' ? null : { purl, path: textOrEmpty(field(each, 'PkgPath')) || target };
      });
    }
  }
  return {
    ...{ format: 'trivy', tool: 'trivy' },
    toolVersion: textOrEmpty(fieldWithin(found, 'Trivy', 'Version')).slice(0, 100),
    madeAt: timeOrNull(fieldWithin(found, 'CreatedAt')),
    image: {
      id: idOrNull(fieldWithin(metadata, 'ImageID')),
      digests: [],
      names: [
        ...texts(fieldWithin(metadata, 'RepoTags')),
        ...texts(fieldWithin(metadata, 'RepoDigests')),
        textOrEmpty(field(found, 'ArtifactName')).slice(0, PATH_CHARACTERS),
      ],
      layers: texts(fieldWithin(metadata, 'DiffIDs')),
    },
    ...packages.end(),
  };
}

function ofTrivy(found: Foreign, target: string): SaidOfPackage | null {
  const purl = textOrEmpty(fieldWithin(found, 'Identifier', 'PURL'));
  if (purl === '') return null;
  const said = (name: string) => {
    const { value } = field(found, name);
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  };
  return {
    purl: purl.slice(0, 2_001),
    sourceName: said('SrcName'),
    sourceVersion: joined(said('SrcEpoch'), said('SrcVersion'), said('SrcRelease')),
    path: (said('FilePath') || target).slice(0, PATH_CHARACTERS),
  };
}
