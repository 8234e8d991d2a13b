import type {
  Collector,
  CollectorInput,
  EvidenceLevel,
} from '../../src/snapshot/define-collector.ts';
import { lookFirst } from '../../src/snapshot/look-first.ts';

/** Runs one collector as a snapshot of it alone would, but that it rejects where it does. */
export async function runCollector<T, L extends EvidenceLevel>(
  collector: Collector<T, L>,
  given: Omit<CollectorInput, 'first'>,
): Promise<T> {
  const { engine: reader, context } = given;
  const ownerLabel = context?.ownerLabel ?? null;
  const first = await lookFirst({ reader, wanted: collector.reads, ownerLabel });
  return collector.collect({ first, ...given } as CollectorInput<L>);
}
