import type { Core } from '../core.ts';
import type { Underneath } from './underneath.ts';

/** Notes every call of the app to Slack, as it comes. */
export function noteApiCalls({ journal }: Pick<Core, 'journal'>, underneath: Underneath): void {
  let noted = 0;
  journal.onChange(() => {
    const count = journal.total() - noted;
    for (const { method } of count > 0 ? journal.calls.slice(-count) : []) {
      underneath.note({
        source: 'Calls to Slack',
        where: method === 'response_url' || method === 'upload' ? 'address' : 'Web API',
        what: method,
        outcome: '',
        ms: null,
      });
    }
    noted = journal.total();
  });
}
