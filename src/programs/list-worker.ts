// Runs in a process of its own: reads what another program says is in an image, which an image may have made large.

import type { ForeignList } from '../exposure/foreign-list.ts';
import { feedFiles } from '../feeds/feed-files.ts';
import { serveParent } from '../shared/bare-process.ts';
import { UserError } from '../shared/errors.ts';

export interface ListWork {
  path: string;
}

export type ListReply =
  | { kind: 'read'; list: ForeignList }
  | { kind: 'refused'; message: string; hint: string | undefined };

const say = serveParent<ListWork, ListReply>(async ({ path }) => {
  try {
    say({ kind: 'read', list: await feedFiles.readList(path) });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    say({ kind: 'refused', message: error.message, hint: error.hint });
  }
});
