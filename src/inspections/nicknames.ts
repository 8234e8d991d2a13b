import { table } from '../shared/table.ts';

/** Vulnerabilities that people call by a name. */
export const nicknames = table<string>({
  log4shell: 'CVE-2021-44228',
  heartbleed: 'CVE-2014-0160',
  shellshock: 'CVE-2014-6271',
  spring4shell: 'CVE-2022-22965',
  regresshion: 'CVE-2024-6387',
  pwnkit: 'CVE-2021-4034',
  'dirty pipe': 'CVE-2022-0847',
  dirtypipe: 'CVE-2022-0847',
  'dirty cow': 'CVE-2016-5195',
  dirtycow: 'CVE-2016-5195',
  'leaky vessels': 'CVE-2024-21626',
  'leaky vessel': 'CVE-2024-21626',
  'looney tunables': 'CVE-2023-4911',
  'looney tunable': 'CVE-2023-4911',
  'xz backdoor': 'CVE-2024-3094',
  'baron samedit': 'CVE-2021-3156',
  text4shell: 'CVE-2022-42889',
  ghostcat: 'CVE-2020-1938',
});

const joined: ReadonlyMap<string, string> = new Map(
  [...nicknames].map(([name, id]) => [name.replaceAll(' ', ''), id]),
);

/** The CVE that people mean by a name, in any case and with or without its blanks; null for any other word. */
export const nicknamed = (name: string): string | null =>
  joined.get(name.toLowerCase().replaceAll(' ', '')) ?? null;
