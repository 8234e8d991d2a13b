import {
  askedHostNames,
  type CommandContext,
  type CommandRequest,
  defineCommand,
} from '../src/command/command.ts';
import { REASON_LENGTH_MAX } from '../src/findings/acceptance.ts';
import { approveContainer, driftOfContainer } from '../src/inspections/drift.ts';
import { findNamed, readNamed } from '../src/inspections/find-container.ts';
import { containerKey } from '../src/rules/container-key.ts';
import { UserError } from '../src/shared/errors.ts';
import { listed, quoteWord } from '../src/shared/text.ts';
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
  form: { firstWords: ['approve'], preview: previewApproval },
  run: (context, request) =>
    request.words[0] === 'withdraw' ? withdraw(context, request) : approve(context, request),
});

/** What would be approved, and what of it is new. */
async function previewApproval(
  context: CommandContext,
  request: CommandRequest,
): Promise<string[]> {
  const container = await approvable(context, request);
  const { host, facts } = container;
  const { baseline: before } = await driftOfContainer(context, container, []);
  const fields = before?.changes.map(({ field }) => field) ?? [];
  return [
    `${facts.name} on ${host}, as it is now: image ${facts.imageReference}.`,
    before === null
      ? 'Nothing was approved for it before.'
      : fields.length === 0
        ? 'It is as it was approved before.'
        : `New since it was approved before: ${listed(fields, FIELDS_NAMED)}.`,
  ];
}

/** Fields that a preview names. */
const FIELDS_NAMED = 10;

async function approve(context: CommandContext, request: CommandRequest): Promise<BaselineAnswer> {
  const { baselines, actor, now } = context;
  const reason = request.flags.reason?.trim() || null;
  if (reason !== null && reason.length > REASON_LENGTH_MAX) {
    throw new UserError(
      `A reason may have ${REASON_LENGTH_MAX} characters, this has ${reason.length}.`,
    );
  }
  const container = await approvable(context, request);
  const { host, facts } = container;
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

/** The container of the line, which can be approved. */
async function approvable(context: CommandContext, request: CommandRequest) {
  const container = await askedOf(context, request);
  const { facts, removedAt } = container;
  if (removedAt !== null) {
    throw new UserError(`“${facts.name}” is gone: what exists can be approved.`, {
      hint: 'See `containers`.',
    });
  }
  if (facts.isComposeOneOff) {
    throw new UserError(`“${facts.name}” is a single run of Compose, not the service.`);
  }
  return container;
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

async function askedOf(context: CommandContext, request: CommandRequest) {
  const { store } = context;
  const [verb, word] = request.words;
  if (word === undefined) {
    throw new UserError(`“baseline ${verb}” needs a container.`, { hint: baseline.usage });
  }
  const hosts = askedHostNames(context, request);
  const among = { hosts, word, includeGone: true };
  return (await readNamed(store, await findNamed(store, among, `baseline ${verb}`))).container;
}
