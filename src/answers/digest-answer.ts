import type { AnswerBase } from './answer-base.ts';

/** The daily summary of a channel; while hosts still report it is incomplete and edited in place. */
export interface DigestAnswer extends AnswerBase {
  kind: 'digest';
  /** Local calendar day it is for, e.g. `2026-11-24`, and the time zone of that day. */
  day: string;
  timezone: string;
  /** Hosts that did not report yet, in the order of the settings; empty when it is complete. */
  pending: string[];
  /** True for the first digest of a channel: it counts what there is and compares with nothing. */
  isBaseline: boolean;
  /** ISO time that it compares with; null for a baseline. */
  since: string | null;
  /** Every host of the channel. */
  hosts: string[];
}
