import type { ImageFacts, NamedBase } from '../facts/image.ts';
import {
  count,
  type Foreign,
  field,
  fieldWithin,
  isAbsent,
  listOrEmpty,
  pathId,
  referenceText,
  text,
  textOrEmpty,
} from '../foreign.ts';
import { userWithoutPasswd } from './accounts.ts';
import { environmentOf } from './environment.ts';
import { exposedPorts } from './ports.ts';
import { isoTime } from './time.ts';

/** False for `<none>:<none>`, which older engines write for an image without a name. */
export const isRealReference = (reference: string): boolean => !reference.startsWith('<none>');

/**
 * The facts of one image from its inspect answer, without its history. A user given by name stays
 * without a number: only a container of the image has the file that tells.
 */
export function declaredImage(
  inspect: Foreign,
  isPodman = false,
): Omit<ImageFacts, 'history' | 'layers'> {
  const configured = field(inspect, 'Config');
  // Engines write null for an image that configures nothing, and newer ones leave out empty fields.
  const config = configured.value === null ? { ...configured, value: {} } : configured;
  const references = (name: string): string[] =>
    listOrEmpty(field(inspect, name)).map(referenceText).filter(isRealReference).sort();
  const hasParent = textOrEmpty(field(inspect, 'Parent')) !== '';
  const metadata = field(inspect, 'Metadata');
  const id = pathId(field(inspect, 'Id'));
  const digests = references('RepoDigests');
  // The store of containerd names an image by what a registry would, and gives that to every name (moby `collectRepoTagsAndDigests`).
  const areGiven =
    digests.length > 0 && (isPodman || digests.some((one) => one.endsWith(`@${id}`)));
  return {
    id,
    tags: references('RepoTags'),
    digests,
    ...(areGiven ? { cameFrom: pulledFrom(field(inspect, 'Identity')) } : {}),
    hasParent,
    // A comment is free text, so that only this much is kept; who commits may write the same one.
    isImported: !hasParent && textOrEmpty(field(inspect, 'Comment')).startsWith('Imported from '),
    // Set by a build, a commit or a person who gives a name, and not by who pulls or loads.
    namedAt: isoTime(fieldWithin(metadata, 'LastTagTime')),
    base: namedBase(field(config, 'Labels')),
    createdAt: isoTime(field(inspect, 'Created')) ?? '',
    sizeBytes: count(field(inspect, 'Size')),
    architecture: text(field(inspect, 'Architecture')),
    operatingSystem: text(field(inspect, 'Os')),
    user: userWithoutPasswd(
      textOrEmpty(field(config, 'User')),
      'a name means what a container of the image says in its /etc/passwd',
    ),
    healthcheck: healthcheck(field(config, 'Healthcheck')),
    exposedPorts: exposedPorts(field(config, 'ExposedPorts')),
    environment: environmentOf(listOrEmpty(field(config, 'Env'))),
  };
}

/** The repositories that contents are known to be in (API 1.53); null where the engine tells of none. */
const pulledFrom = (identity: Foreign): string[] | null =>
  isAbsent(identity)
    ? null
    : listOrEmpty(field(identity, 'Pull')).map((one) => referenceText(field(one, 'Repository')));

/** With nothing before an `@` but what a digest is of: elsewhere a password or a token stands there. */
const REFERENCE = /^(?!.*@(?!sha\d{3}:))[a-z0-9](?:[\w.:/@-]{0,254})$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Only what has the form of a reference and of a digest: other text of labels stays where it is. */
function namedBase(labels: Foreign): NamedBase | null {
  if (isAbsent(labels)) return null;
  const label = (name: string, form: RegExp): string | null => {
    const { value } = field(labels, `org.opencontainers.image.base.${name}`);
    return typeof value === 'string' && form.test(value) ? value : null;
  };
  const base = { name: label('name', REFERENCE), digest: label('digest', DIGEST) };
  return base.name === null && base.digest === null ? null : base;
}

/**
 * Reads `Config.Healthcheck`. Only a test that begins with `CMD` or `CMD-SHELL` is ever run;
 * `NONE` switches an inherited one off (moby `daemon/health.go`, `getProbe`).
 */
export function healthcheck(found: Foreign): 'none' | 'disabled' | 'defined' {
  if (isAbsent(found)) return 'none';
  const [first] = listOrEmpty(field(found, 'Test')).map(text);
  if (first === 'NONE') return 'disabled';
  return first === 'CMD' || first === 'CMD-SHELL' ? 'defined' : 'none';
}

/** Registries beyond these are not looked at: an image list is as long as its host likes. */
const REGISTRIES_MAX = 50;

/**
 * Host and port of registries as they stand in the names of certificate folders, sorted: those of
 * image references (`docker.io` where they name none) and those that the engine was told of.
 */
export function registriesOf(references: readonly string[], told: readonly string[]): string[] {
  const named = references.map((reference) => {
    const [first = '', ...rest] = reference.split('/');
    const isHost = rest.length > 0 && (first === 'localhost' || /[.:]/.test(first));
    return isHost ? first : 'docker.io';
  });
  const safe = [...named, ...told].filter((name) =>
    /^[A-Za-z0-9](?!.*\.\.)[A-Za-z0-9.:-]*$/.test(name),
  );
  return [...new Set(safe)].sort().slice(0, REGISTRIES_MAX);
}
