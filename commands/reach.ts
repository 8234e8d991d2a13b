import { askedContainer } from '../src/command/asked-container.ts';
import { defineCommand } from '../src/command/command.ts';
import { hostStates } from '../src/inspections/host-states.ts';
import { refreshHosts } from '../src/inspections/scan-hosts.ts';
import { quoteWord } from '../src/shared/text.ts';
import { isoTime } from '../src/shared/time.ts';
import type { ReachAnswer } from '../src/views/reach.ts';

export const reach = defineCommand({
  name: 'reach',
  task: 'ask',
  topic: 'container',
  summary: 'Show what a program in a container can reach, and who can reach it',
  usage: 'reach <container> [on <host>]',
  examples: ['reach redis', 'reach redis on web-1'],
  permission: 'view',
  words: { minimum: 1, maximum: 1 },
  takesHost: true,
  takesRetiredHost: true,
  async run(context, request): Promise<ReachAnswer> {
    const { store, now } = context;
    const declaredHosts = request.hosts.filter(({ isRetired }) => !isRetired);
    await refreshHosts(context, declaredHosts);
    const { container, ofHost, declared } = await askedContainer(context, request, 'reach');
    const [host] = await hostStates([declared], store);
    if (!host) throw new Error(`host ${container.host} has no state`);
    const { findReach } = await import('../src/inspections/find-reach.ts');
    const found = await findReach(store, container, ofHost);
    const { name, id, state } = container.facts;
    const on = `${quoteWord(name)} on ${quoteWord(host.name)}`;
    return {
      kind: 'reach',
      takenAt: isoTime(now()),
      host,
      container: { name, id, state, removedAt: container.removedAt },
      reach: found?.reach ?? null,
      reachedBy: found?.reachedBy ?? null,
      next: [`inspect ${on}`, ...(host.isRetired ? [] : [`isolation ${on}`])],
    };
  },
});
