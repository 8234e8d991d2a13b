import { type CommandContext, type CommandRequest, defineCommand } from '../src/command/command.ts';
import { REASON_LENGTH_MAX } from '../src/findings/acceptance.ts';
import { containerKey } from '../src/findings/fingerprint.ts';
import { approveContainer } from '../src/inspections/drift.ts';
import { findNamed, readNamed } from '../src/inspections/find-container.ts';
import { UserError } from '../src/shared/errors.ts';
import { quoteWord } from '../src/shared/text.ts';
import { isoTime } from '../src/shared/time.ts';
import type { BaselineAnswer } from '../src/views/baseline.ts';

export const baseline = defineCommand({
  name: 'baseline',
  task: 'act',
  summary: 'Approve how a container looks now, and measure drift from that',
  usage: 'baseline approve|withdraw <container> [on <host>] [--reason "…"]',
  examples: [
    'baseline approve redis',
    'baseline approve proxy on web-1 --reason "reviewed with the network team"',
    'baseline withdraw redis',
  ],
  permission: { approve: 'approve', withdraw: 'approve' },
  audit: 'by-store',
  words: { minimum: 1, maximum: 2 },
  takesHost: true,
  flags: { reason: 'text' },
  run: (context, request) =>
    request.words[0] === 'withdraw' ? withdraw(context, request) : approve(context, request),
});

async function approve(context: CommandContext, request: CommandRequest): Promise<BaselineAnswer> {
  const { baselines, actor, now } = context;
  const reason = request.flags.reason?.trim() || null;
  if (reason !== null && reason.length > REASON_LENGTH_MAX) {
    throw new UserError(
      `A reason may have ${REASON_LENGTH_MAX} characters, this has ${reason.length}.`,
    );
  }
  const container = await askedOf(context, request);
  const { host, facts, removedAt } = container;
  if (removedAt !== null) {
    throw new UserError(`“${facts.name}” is gone: what exists can be approved.`, {
      hint: 'See `containers`.',
    });
  }
  if (facts.isComposeOneOff) {
    throw new UserError(`“${facts.name}” is a single run of Compose, not the service.`);
  }
  const approved = await approveContainer(baselines, container, { reason, actor, at: now() });
  const named = `${quoteWord(facts.name)} on ${quoteWord(host)}`;
  return {
    kind: 'baseline',
    takenAt: isoTime(now()),
    isWithdrawn: false,
    ...approved,
    next: [`baseline withdraw ${named}`, `inspect ${named}`],
  };
}

async function withdraw(context: CommandContext, request: CommandRequest): Promise<BaselineAnswer> {
  const { baselines, actor, now } = context;
  const { host, facts } = await askedOf(context, request);
  const key = containerKey(facts);
  const ended = await baselines.withdraw({ host, key }, { actor, at: now() });
  if (ended === null) {
    throw new UserError(`No baseline is approved for ${key} on ${host}.`, {
      hint: '`inspect` shows what is approved for a container.',
    });
  }
  return {
    kind: 'baseline',
    takenAt: isoTime(now()),
    baseline: ended,
    isWithdrawn: true,
    changes: null,
    next: [`inspect ${quoteWord(facts.name)} on ${quoteWord(host)}`],
  };
}

async function askedOf({ store, hosts: allHosts }: CommandContext, request: CommandRequest) {
  const [verb, word] = request.words;
  if (word === undefined) {
    throw new UserError(`“baseline ${verb}” needs a container.`, { hint: baseline.usage });
  }
  const hosts = (request.isHostNamed ? request.hosts : allHosts).map(({ name }) => name);
  const among = { hosts, word, includeGone: true };
  return (await readNamed(store, await findNamed(store, among, `baseline ${verb}`))).container;
}
