import { findMentioned } from '../../inspections/find-mentioned.ts';
import { quoteWord } from '../../shared/text.ts';
import { isoTime } from '../../shared/time.ts';
import { type ParsedLine, parseLine } from '../parse-line.ts';
import { unlisted } from './unlisted.ts';

/**
 * Looks for known containers in a text that somebody else wrote. One is inspected, several are
 * offered; for none it says what was looked for. `hostNames`: those of the channel, if it has any.
 */
export const askAboutText = (
  text: string,
  hostNames: readonly string[],
): Pick<ParsedLine, 'command' | 'request'> =>
  unlisted('ask about this message', 'view', async (context) => {
    const { store, hosts, now } = context;
    const ofChannel = hosts.filter(({ name }) => hostNames.includes(name));
    const searched = (ofChannel.length > 0 ? ofChannel : hosts).map(({ name }) => name);
    const containers = await store.listContainers({ hosts: searched });
    const found = findMentioned(text, containers);
    const [only, second] = found;
    if (only !== undefined && second === undefined) {
      const line = `inspect ${quoteWord(only.name)} on ${quoteWord(only.host)}`;
      const { command, request } = parseLine(line, context);
      return command.run(context, request);
    }
    return {
      kind: 'mentioned',
      takenAt: isoTime(now()),
      found,
      hosts: searched,
      known: containers.length,
      next: found.length > 0 ? [] : ['containers', 'help'],
    };
  });
