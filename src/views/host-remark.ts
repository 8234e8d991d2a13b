import { clamp } from '../shared/text.ts';

const REMARK_LENGTH = 80;

/** What the label `remark` of a host says, in brackets to stand behind its name; empty without one. */
export function hostRemark({ labels }: { labels: Readonly<Record<string, string>> }): string {
  return labels.remark ? ` (${clamp(labels.remark, REMARK_LENGTH)})` : '';
}
