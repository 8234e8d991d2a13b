import type { WaysThrough } from '../answers/isolation-answer.ts';
import { clamp, counted } from '../shared/text.ts';

const REASON_LENGTH = 200;

/** Whether a container has ways to the host, in a clause. */
export function waysText(ways: WaysThrough): string {
  switch (ways.state) {
    case 'none':
      return 'no way to the host was found in the configuration';
    case 'some':
      return `${ways.isLeast ? 'at least ' : ''}${counted(ways.count, 'way')} to root on the host`;
    case 'not-kept':
      return 'ways to the host unknown: the last scan kept the ten worst of the host only';
    case 'unknown':
      return `ways to the host unknown: ${clamp(ways.reason, REASON_LENGTH)}`;
  }
}

/** The same in a cell of a table. */
export function waysCell(ways: WaysThrough): string {
  switch (ways.state) {
    case 'none':
      return '0';
    case 'some':
      return `${ways.isLeast ? 'at least ' : ''}${ways.count}`;
    case 'not-kept':
      return 'not kept';
    case 'unknown':
      return 'unknown';
  }
}
