import type { Selectable } from 'kysely';
import type { Control } from '../controls/control.ts';
import type { ObservedContainer } from '../ports/scan-record.ts';
import type { ContainerTable } from './container-table.ts';
import { stableJson } from './stable-json.ts';

type KnownRow = Pick<
  Selectable<ContainerTable>,
  | 'facts_json'
  | 'facets_json'
  | 'unverified_facets_json'
  | 'controls_json'
  | 'isolation_json'
  | 'image_json'
>;

/**
 * What a look tells that measures nothing, beside what is known: a measurement stays as long as the main
 * process is the same and the control is configured as it was, and what the image declares as long as the
 * image is the same.
 */
export function keepMeasured(observed: ObservedContainer, known: KnownRow): ObservedContainer {
  const { facts } = observed;
  const before = known.facts_json;
  const isSameImage = facts.imageId === before.imageId;
  const imageDeclares = observed.imageDeclares ?? (isSameImage ? known.image_json : null);
  const isSameProcess =
    facts.pid !== null && facts.pid === before.pid && facts.startedAt === before.startedAt;
  const measured = (known.controls_json ?? []).filter(isMeasured);
  if (!isSameProcess || measured.length === 0) return { ...observed, imageDeclares };
  if (stableJson(facts) === stableJson(before)) {
    return {
      facts,
      facets: known.facets_json,
      unverifiedFacets: known.unverified_facets_json,
      controls: known.controls_json,
      isolation: known.isolation_json,
      surface: observed.surface,
      imageDeclares,
    };
  }
  const controls = observed.controls?.map((control) => keptOf(control, measured) ?? control);
  const isKept =
    known.isolation_json?.source === 'measured' && !hasOtherNamespaces(observed, known);
  return {
    ...observed,
    controls: controls ?? null,
    isolation: isKept ? known.isolation_json : observed.isolation,
    imageDeclares,
  };
}

const isMeasured = ({ source }: Control): boolean => source === 'measured';

function keptOf(control: Control, measured: readonly Control[]): Control | undefined {
  if (isMeasured(control)) return undefined;
  return measured.find(
    (one) =>
      one.control === control.control &&
      stableJson(one.configured) === stableJson(control.configured),
  );
}

/** How far a container is from the host hangs on its namespaces, which are settled when it is created. */
function hasOtherNamespaces({ controls }: ObservedContainer, { controls_json: before }: KnownRow) {
  const configured = (of: readonly Control[] | null) =>
    stableJson(
      (of ?? [])
        .filter(({ control }) => /^(ns-|user-namespace)/.test(control))
        .map(({ control, configured: value }) => [control, value]),
    );
  return configured(controls) !== configured(before);
}
