import { type SampleHost, sightings, timeOf } from './timeline.ts';

/** What an engine was recorded to answer to a call at this step; null where it was not. */
type Recorded = (call: string) => string | null;

/**
 * What the engine of a host answers to a call where an image is made up: once its container was there it is listed, as its
 * base with a layer more. Null for a call about anything else.
 */
export function madeUpImages(
  call: string,
  { host, now, startedAt }: { host: SampleHost; now: number; startedAt: number },
  recorded: Recorded,
): string | null {
  const images = sightings.flatMap(({ host: own, from, madeUp }) =>
    own === host && madeUp !== undefined && timeOf(from, startedAt) <= now ? [madeUp] : [],
  );
  if (images.length === 0) return null;
  const listed = parsed<ListedImage[]>(recorded(LIST)) ?? [];
  const imageOf = (name: string) => listed.find(({ RepoTags: [tag] }) => tag === name);
  if (call === LIST) {
    const more = images.flatMap(({ base: name, imageId: Id, image }) => {
      const base = imageOf(name);
      return base === undefined ? [] : [{ ...base, Id, ParentId: '', RepoTags: [image] }];
    });
    return JSON.stringify([...more, ...listed]);
  }
  const asked = images.find(({ imageId }) => call.includes(`/images/${imageId}/`));
  if (asked === undefined) return null;
  const { base: name, imageId: Id, image, layer } = asked;
  const ofBase = recorded(call.replace(Id, imageOf(name)?.Id ?? ''));
  if (call.endsWith('/history')) {
    const [top, ...rest] = parsed<{ Created: number; Tags: string[] | null }[]>(ofBase) ?? [];
    const step = { ...top, Id, CreatedBy: 'COPY reports.jar /opt/reports/', Size: 12_000_000 };
    return JSON.stringify([{ ...step, Tags: [image] }, { ...top, Tags: null }, ...rest]);
  }
  const base = parsed<InspectedImage>(ofBase);
  if (base === null) return null;
  const Layers = [...base.RootFS.Layers, layer];
  return JSON.stringify({ ...base, Id, RepoTags: [image], RootFS: { ...base.RootFS, Layers } });
}

const LIST = 'GET /images/json?all=0';

interface ListedImage {
  Id: string;
  RepoTags: string[];
}
interface InspectedImage {
  RootFS: { Layers: string[] };
}

const parsed = <T>(text: string | null): T | null =>
  text === null ? null : (JSON.parse(text) as T);
