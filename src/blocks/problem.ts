/** One reason why Slack would refuse a payload. */
export interface Problem {
  /** JSON pointer from the payload's root, e.g. `/blocks/0/text`. */
  pointer: string;
  message: string;
  /** `structure` comes from the schema of one block; the others are rules over the payload. */
  rule: ProblemRule;
}

export type ProblemRule =
  | 'structure'
  | 'block-count'
  | 'only-one-table'
  | 'chart'
  | 'markdown-length'
  | 'surface'
  | 'identifier'
  | 'data-table'
  | 'input'
  | 'text';
