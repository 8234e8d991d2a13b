import type { Span } from './document.ts';
import { utcText } from './local-time.ts';
import { severityMarks } from './severity-marks.ts';

/** A span as text without any element of a platform; untrusted characters are still in it. */
export function plainText(span: Span): string {
  if (typeof span === 'string') return span;
  if ('code' in span) return span.code;
  if ('strong' in span) return span.strong;
  if ('severity' in span) return `${severityMarks[span.severity].sign} ${span.severity}`;
  if ('user' in span) return span.name ?? `@${span.user}`;
  if ('channel' in span) return `#${span.channel}`;
  if ('time' in span) return utcText(span.time);
  return `@${span.name}`;
}

/** With its first letter as a capital. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
