import type { EdgeRemark } from '../answers/host-state.ts';
import { ageBetween, clamp, counted, listed } from '../shared/text.ts';
import { code, note, type Parts, type Span, strong, time } from './document.ts';

/** More than these are counted. */
const SHOWN_MAX = 10;

/** What people should know of hosts that dial out. */
export function edgeNotes(remarks: readonly EdgeRemark[], now: string): Parts {
  const hidden = remarks.length - SHOWN_MAX;
  return [
    ...remarks.slice(0, SHOWN_MAX).map((remark) => note(...sentence(remark, now))),
    hidden > 0 && note(`… and ${counted(hidden, 'more remark')} on hosts that dial out.`),
  ];
}

function sentence(remark: EdgeRemark, now: string): Span[] {
  switch (remark.kind) {
    case 'clones': {
      const { hosts, engineId } = remark;
      return [
        strong(listed(hosts, 4)),
        ` say to be one engine (id ${clamp(engineId, 40)}): clones of one machine. They stay apart, as ${counted(hosts.length, 'host')} with keys of their own.`,
      ];
    }
    case 'copy': {
      const { host, at, address, what } = remark;
      return [
        strong(host),
        `: ${ageBetween(at, now)} somebody at ${address} showed ${what}, and was not let in. If that is no clone of yours, `,
        code(`hosts revoke ${host}`),
        '.',
      ];
    }
    case 'waiting': {
      const { host, until } = remark;
      if (until !== null)
        return [strong(host), ' has not dialled in yet; its key holds until ', time(until), '.'];
      return [
        strong(host),
        ' never dialled in, and its key has expired: ',
        code(`hosts revoke ${host}`),
        ' gives a new one.',
      ];
    }
  }
}
