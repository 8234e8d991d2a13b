import { findChannel, findUser, type State } from './state.ts';

// Each run of letters and dots is looked at from its start alone: any text takes linear time.
const link =
  /(?<url>https?:\/\/[^\s<>|]+)|(?<domain>(?<![\w.-])[a-z0-9][a-z0-9.-]*\.(?:com|dev|example|io|net|org)(?![\w-]))/gi;

/**
 * Text as Slack clients send it: `&`, `<` and `>` escaped, addresses and domain names linked, users
 * and channels as ids, e.g. `<http://web1.example|web1.example>` and `<@U0ALICE00|alice>`.
 */
export function escapeLikeClient(text: string, state: State): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(link, (found, url: string | undefined) =>
      url === undefined ? `<http://${found}|${found}>` : `<${url}>`,
    )
    .replace(/(?<=^|\s)@([\w.-]+)/g, (found, name: string) => {
      const user = findUser(state, name);
      return user ? `<@${user.id}|${user.name}>` : found;
    })
    .replace(/(?<=^|\s)#([\w-]+)/g, (found, name: string) => {
      const channel = findChannel(state, name);
      return channel ? `<#${channel.id}|${channel.name}>` : found;
    });
}
