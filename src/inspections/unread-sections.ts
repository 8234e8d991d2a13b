import type { UnreadSection } from '../ports/scan-record.ts';
import { needsFilesLevel, needsKernelLevel } from '../snapshot/needed-level.ts';
import type { SectionId, Snapshot } from '../snapshot/snapshot.ts';

/** Sections that could not be read, without those that the host's evidence level leaves out: they are a choice, not a failure. */
export function unreadSections(snapshot: Snapshot): UnreadSection[] {
  const { host: _host, takenAt: _takenAt, ...sections } = snapshot;
  return Object.entries(sections).flatMap(([section, reading]) =>
    reading.state === 'unread' && ![needsFilesLevel, needsKernelLevel].includes(reading.reason)
      ? { section: section as SectionId, reason: reading.reason }
      : [],
  );
}
