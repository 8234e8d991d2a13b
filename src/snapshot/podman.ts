import { OutsideError } from '../shared/errors.ts';
import type { EngineReader } from './collector.ts';
import type { ContainerFacts, MountFact } from './facts/container.ts';
import {
  type Foreign,
  field,
  fieldWithin,
  foreign,
  list,
  listOrEmpty,
  text,
  textOrEmpty,
} from './foreign.ts';
import {
  capabilityNames,
  configuredCapabilities,
  podmanCapabilities,
} from './normalise/capabilities.ts';
import { normaliseHostPath } from './normalise/host-path.ts';
import { layersIn } from './normalise/mounts.ts';

/** What Podman says of a container through its own API, and not through Docker's. */
export interface PodmanDetails {
  /** Name or path of the program that made it; Docker's API calls every one `oci`. */
  runtime: string;
  /** Capabilities that it was made with, `CAP_` and sorted: they may be the host's own default set. */
  boundingCapabilities: string[];
  /** `host`, `private` or the container that it joins; Docker's API leaves it empty. */
  cgroupMode: string;
  /** Places where a folder of the host is mounted without what is mounted below it (`bind-nonrecursive`). */
  nonRecursive: string[];
  /** Folders of the host that it lies over (`--volume /etc:/etc:O`), which neither API lists among its mounts. */
  overlays: MountFact[];
}

/**
 * Facts of a container as they are on Podman. It writes out what differs from its default set, which
 * is another than Docker's, and for a privileged container what the host itself lacks.
 */
export function onPodman(facts: ContainerFacts, details: PodmanDetails | null): ContainerFacts {
  const { isPrivileged, addedCapabilities: added, droppedCapabilities: dropped } = facts;
  const { nonRecursive = [], overlays = [] } = details ?? {};
  return {
    ...facts,
    runtime: details?.runtime ?? facts.runtime,
    addedCapabilities: isPrivileged ? [] : added,
    droppedCapabilities: isPrivileged ? [] : dropped,
    configuredCapabilities:
      details?.boundingCapabilities ??
      configuredCapabilities(isPrivileged, added, dropped, podmanCapabilities),
    mounts: [
      ...facts.mounts.map((mount) =>
        nonRecursive.includes(normaliseHostPath(mount.destination))
          ? { ...mount, isNonRecursive: true as const }
          : mount,
      ),
      ...overlays,
    ],
  };
}

/** Null where this call is not allowed or not known, as to a socket proxy. */
export async function podmanDetails(
  engine: EngineReader,
  id: string,
): Promise<PodmanDetails | null> {
  try {
    const answer = await engine.get(`/libpod/containers/${id}/json`);
    const inspected = foreign('GET /libpod/containers/{id}/json', answer);
    const config = field(inspected, 'Config');
    return {
      runtime: text(field(inspected, 'OCIRuntime')),
      boundingCapabilities: capabilityNames(list(field(inspected, 'BoundingCaps')).map(text)),
      cgroupMode: textOrEmpty(field(inspected, 'HostConfig', 'CgroupMode')),
      nonRecursive: listOrEmpty(field(inspected, 'Mounts')).flatMap(alonePlace),
      overlays: overlaysIn(
        asked(
          listOrEmpty(fieldWithin(config, 'CreateCommand')).map(text),
          textOrEmpty(fieldWithin(config, 'Image')),
        ),
      ),
    };
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    return null;
  }
}

/** Podman gives each bind one of both options (`libpod/container_inspect.go`, `util.ProcessOptions`). */
function alonePlace(mount: Foreign): string[] {
  const options = listOrEmpty(field(mount, 'Options')).map(text);
  const isAlone = textOrEmpty(field(mount, 'Type')) === 'bind' && options.includes('bind');
  return isAlone ? [normaliseHostPath(text(field(mount, 'Destination')))] : [];
}

/** `--volume FOLDER:PLACE:O` in the words by which somebody made it, of which nothing else is kept. */
const OVERLAY = /^(?:-[a-zA-Z]+|--volume)?=?((?:\/|\.)[^:]*):([^:]+):((?:[^:]*,)?O(?:,[^:]*)?)$/;
/** Alone, or joined with others that take no value. */
const IS_VOLUME = /^(?:--volume|-[ditPq]*v)$/;
const WITH_VALUE = /^(?:--volume=|-[ditPq]*v)/;

/** What is written there lies elsewhere, and the folder stays as it is. */
const overlaysIn = (words: readonly string[]): MountFact[] =>
  words.flatMap((word, index): MountFact[] => {
    const isValue = IS_VOLUME.test(words[index - 1] ?? '') || WITH_VALUE.test(word);
    const [, source = '', destination, options = ''] = (isValue ? OVERLAY.exec(word) : null) ?? [];
    if (destination === undefined) return [];
    // By itself Podman keeps what is written in a folder of the container’s own.
    const upper = options.split(',').filter((option) => option.startsWith('upperdir='));
    return [
      {
        ...{ kind: 'volume', hostPath: null, volume: null, propagation: '', isWritable: true },
        destination: normaliseHostPath(destination),
        volumeMount: {
          ...{ filesystem: 'overlay', device: 'overlay', server: null },
          ...layersIn([`lowerdir+=${source}`, ...upper]),
        },
      },
    ];
  });

/** Options that take no value, or have it in the same word. */
const IS_WHOLE =
  /=|^-[ditPq]+$|^--(?:detach|init|interactive|privileged|publish-all|quiet|read-only|replace|rm|rmi|tty)$/;

/**
 * Without what the container runs, which is its own business: up to where its image is named for the last time, and
 * that as no value of an option. All of them where it is not found.
 */
function asked(words: readonly string[], image: string): string[] {
  const bare = (name: string) => (name.split('@', 1)[0] ?? '').replace(/:[^/:]*$/, '');
  const last = words.findLastIndex((word, index) => {
    const before = words[index - 1] ?? '';
    const isValue = before.startsWith('-') && !IS_WHOLE.test(before);
    return bare(word) !== '' && !isValue && `/${bare(image)}`.endsWith(`/${bare(word)}`);
  });
  return words.slice(0, last === -1 ? undefined : last);
}
