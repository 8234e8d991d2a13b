import type { HostDeclaration } from '../ports/declarations.ts';
import { listed } from '../shared/text.ts';
import type { AccessDecision } from './access.ts';
import type { CommandContext, CommandRequest, Permission } from './command.ts';
import { hostsOfChannel } from './hosts-meant.ts';
import type { ParsedLine } from './parse-line.ts';
import { permissionOf } from './permission.ts';

export interface PermitAsked {
  /** Hosts of the channel it was asked in; null where the settings name none. */
  ofChannel: readonly HostDeclaration[] | null;
  /** Tells whether whoever asked has the permission, and who could help. Must not reject. */
  access: (permission: Permission) => AccessDecision | Promise<AccessDecision>;
}

/** What may run: the request, and the hosts that the command gets to see. */
export type Permitted =
  | {
      isAllowed: true;
      permission: Permission;
      request: CommandRequest;
      hosts: CommandContext['hosts'];
    }
  | { isAllowed: false; permission: Permission; message: string; hint: string };

/**
 * Whether a parsed line may run. Who is allowed by the channel or as `everyone` sees the hosts of
 * the channel and no others: `on all` then means those, and any other host is refused.
 */
export async function permit(
  context: Pick<CommandContext, 'hosts' | 'channels' | 'rules' | 'commands'>,
  { command, request }: Pick<ParsedLine, 'command' | 'request'>,
  { access, ofChannel: limit }: PermitAsked,
): Promise<Permitted> {
  const permission = permissionOf(command, request.words);
  const { isAllowed, isPersonal, whoCanHelp } = await access(permission);
  if (!isAllowed) {
    const message = `“${command.name}” needs the permission “${permission}”. Nothing was changed.`;
    return { isAllowed, permission, message, hint: whoCanHelp };
  }
  if (isPersonal || limit === null) return { isAllowed, permission, request, hosts: context.hosts };
  const outside = findOutside(context, { command, request }, limit);
  if (outside !== undefined) {
    return {
      isAllowed: false,
      permission,
      message: `${outside.text} be asked about in this channel. Nothing was changed.`,
      hint: whereItWorks(outside.host, limit, context, whoCanHelp),
    };
  }
  const hosts = request.hosts.filter((host) => isWithin(host, limit));
  return { isAllowed, permission, request: { ...request, hosts, isLimited: true }, hosts: limit };
}

const isWithin = ({ name }: HostDeclaration, limit: readonly HostDeclaration[]): boolean =>
  limit.some((host) => host.name === name);

/**
 * A host that the line names, behind `on` or as a word that the command knows, beyond the limit; of labels,
 * where not one of the hosts that they mean is within.
 */
function findOutside(
  context: Parameters<typeof permit>[0],
  { command, request }: Pick<ParsedLine, 'command' | 'request'>,
  limit: readonly HostDeclaration[],
): { host: string; text: string } | undefined {
  const [first, second] = request.hosts;
  const isChosen = request.isHostNamed && !request.isEveryHost;
  if (isChosen && first && !request.hosts.some((host) => isWithin(host, limit))) {
    const text = second === undefined ? cannot(first.name) : 'None of the hosts that are meant can';
    return { host: first.name, text };
  }
  const known = command.words.known?.(context) ?? [];
  const within = command.words.known?.({ ...context, hosts: limit }) ?? [];
  const word = request.words.find((each) => known.includes(each) && !within.includes(each));
  const named = context.hosts.find(({ name }) => name.toLowerCase() === word)?.name;
  return named === undefined ? undefined : { host: named, text: cannot(named) };
}

const cannot = (name: string): string => `“${name}” cannot`;

function whereItWorks(
  host: string,
  limit: readonly HostDeclaration[],
  context: Pick<CommandContext, 'channels' | 'hosts'>,
  whoCanHelp: string,
): string {
  const here = `Here it is about ${listed(limit.map(({ name }) => name))}.`;
  const about = context.channels
    .filter(({ id }) => hostsOfChannel(context, id)?.some(({ name }) => name === host))
    .map(({ id }) => id);
  const elsewhere =
    about.length > 0
      ? `Allowed in ${listed(about)}, and for users and user groups that the settings name.`
      : 'Allowed for users and user groups that the settings name.';
  return `${here} ${elsewhere}${whoCanHelp.startsWith('Those') ? ` ${whoCanHelp}` : ''}`;
}
