import { findMentioned } from '../../inspections/find-mentioned.ts';
import { quoteWord } from '../../shared/text.ts';
import { isoTime } from '../../shared/time.ts';
import { hostsOfChannel } from '../hosts-meant.ts';
import { parseLine } from '../parse-line.ts';
import { type Unlisted, unlisted } from './unlisted.ts';

/**
 * Looks for known containers in a text that somebody else wrote. One is inspected, several are
 * offered; for none it says what was looked for.
 */
export const askAboutText = (text: string): Unlisted =>
  unlisted('ask about this message', 'view', async (context) => {
    const { store, now } = context;
    const ofChannel = hostsOfChannel(context, context.actor.place) ?? context.hosts;
    const searched = ofChannel.map(({ name }) => name);
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
