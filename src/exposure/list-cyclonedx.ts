import type { OsRelease } from '../snapshot/facts/packages.ts';
import {
  type Foreign,
  field,
  fieldWithin,
  isAbsent,
  text,
  textOrEmpty,
  wrongShape,
} from '../snapshot/foreign.ts';
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

/** Components within components, and what they hold again. */
const DEPTH_MAX = 20;

/** A bill of materials of CycloneDX in JSON, as Syft, Trivy, cdxgen and Seawall write it. */
export function readCyclonedxList(found: Foreign): ForeignList {
  const metadata = field(found, 'metadata');
  const components = [...walk(field(found, 'components'), 1)];
  const packages = collectPackages(systemOf(components));
  for (const one of components) packages.add(one, packageOf);
  const tool = toolOf(fieldWithin(metadata, 'tools'));
  return {
    ...{ format: 'cyclonedx', ...tool, madeAt: timeOrNull(fieldWithin(metadata, 'timestamp')) },
    image: imageOf(fieldWithin(metadata, 'component')),
    ...packages.end(),
  };
}

function* walk(list: Foreign, depth: number): Generator<Foreign> {
  if (depth > DEPTH_MAX) throw wrongShape(list, `at most ${DEPTH_MAX} levels`);
  for (const one of atMost(LISTED_MAX, list)) {
    yield one;
    yield* walk(field(one, 'components'), depth + 1);
  }
}

/** Since 1.5 tools are components. */
function toolOf(found: Foreign): Pick<ForeignList, 'tool' | 'toolVersion'> {
  const isList = Array.isArray(found.value);
  const [first] = atMost(NAMES_MAX, isList ? found : fieldWithin(found, 'components'));
  if (first === undefined) return { tool: '', toolVersion: '' };
  const version = field(first, 'version');
  return {
    tool: word(field(first, 'name')),
    toolVersion: isAbsent(version) ? '' : word(version),
  };
}

function systemOf(components: readonly Foreign[]): OsRelease | null {
  const system = components.find((one) => textOrEmpty(field(one, 'type')) === 'operating-system');
  if (system === undefined) return null;
  const id = word(field(system, 'name')).toLowerCase();
  return { id, versionId: textOrEmpty(field(system, 'version')), prettyName: '' };
}

/** Properties by name; of several of one name the first. */
function propertiesOf(found: Foreign): Map<string, string> {
  const properties = new Map<string, string>();
  for (const one of atMost(NAMES_MAX, fieldWithin(found, 'properties'))) {
    const name = textOrEmpty(field(one, 'name'));
    if (!properties.has(name))
      properties.set(name, textOrEmpty(field(one, 'value')).slice(0, 2_000));
  }
  return properties;
}

function packageOf(found: Foreign): SaidOfPackage | null {
  const purl = field(found, 'purl');
  if (isAbsent(purl)) return null;
  const properties = propertiesOf(found);
  const of = (name: string) => properties.get(name);
  const trivy = joined(
    of('aquasecurity:trivy:SrcEpoch'),
    of('aquasecurity:trivy:SrcVersion'),
    of('aquasecurity:trivy:SrcRelease'),
  );
  return {
    purl: word(purl, 2_000),
    sourceName:
      of('aquasecurity:trivy:SrcName') ?? of('syft:metadata:source') ?? of('seawall:source-name'),
    sourceVersion: trivy ?? of('syft:metadata:sourceVersion') ?? of('seawall:source-version'),
    path: of('syft:location:0:path') ?? of('aquasecurity:trivy:FilePath') ?? null,
  };
}

/** Epoch, version and release as one version; undefined without a version. */
export function joined(
  epoch: string | undefined,
  version: string | undefined,
  release: string | undefined,
): string | undefined {
  if (!version) return undefined;
  return `${epoch && epoch !== '0' ? `${epoch}:` : ''}${version}${release ? `-${release}` : ''}`;
}

function imageOf(component: Foreign): ListedImage {
  const image: ListedImage = { id: null, digests: [], names: [], layers: [] };
  if (isAbsent(component)) return image;
  const [name, version, purl] = ['name', 'version', 'purl'].map((one) => field(component, one));
  for (const one of [name, version, purl]) {
    if (one === undefined || isAbsent(one)) continue;
    const named = namedImage(text(one).slice(0, 2_000));
    if (named?.digest) image.digests.push(named.digest);
    else if (one !== version) image.names.push(text(one).slice(0, 2_000));
  }
  for (const one of atMost(NAMES_MAX, field(component, 'properties'))) {
    const value = textOrEmpty(field(one, 'value')).slice(0, 2_000);
    const key = textOrEmpty(field(one, 'name')).replace(/^aquasecurity:trivy:|^seawall:/, '');
    if (key === 'ImageID' || key === 'image-id') image.id = value;
    if (key === 'RepoTag' || key === 'RepoDigest') image.names.push(value);
    if (key === 'DiffID') image.layers.push(value);
  }
  return image;
}
