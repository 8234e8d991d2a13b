import type { ConfiguredFields } from './configured-fields.ts';

/** How one field differs: values that are no longer there, and new ones. */
export interface FieldChange {
  field: string;
  removed: string[];
  added: string[];
}

/** Every field that differs. One that only one side has is not known of the other, so no change. */
export function compareFields(before: ConfiguredFields, after: ConfiguredFields): FieldChange[] {
  return Object.keys(before).flatMap((field) => {
    if (!Object.hasOwn(after, field)) return [];
    const [old, now] = [before[field] ?? [], after[field] ?? []];
    const removed = old.filter((value) => !now.includes(value));
    const added = now.filter((value) => !old.includes(value));
    return removed.length + added.length > 0 ? [{ field, removed, added }] : [];
  });
}
