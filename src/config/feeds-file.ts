import { z } from 'zod';
import { feedKinds } from '../ports/feed-sync.ts';
import { MINUTE_MS } from '../shared/time.ts';
import { isDuration } from './values.ts';

// The block `feeds` of the YAML file: what is fetched of others, from where, how often.

const source = z.strictObject({
  name: z
    .enum(feedKinds)
    .describe('Who publishes it; see [exposure](exposure.md).')
    .meta({ examples: ['osv'] }),
  url: z
    .string()
    .regex(/^https?:\/\/[^\s@?#]+$/, 'must be an http(s):// url without a user, a query or a #')
    .optional()
    .describe(
      'Where a mirror has it: of `osv`, `alpine-secdb` and `redhat-vex` the folder, of the others the file. Its publisher when left out.',
    )
    .meta({ examples: ['https://mirror.example/osv/'] }),
  ecosystems: z
    .array(z.string().regex(/^[A-Za-z][\w. -]{0,40}$/, 'must be the name of an ecosystem of OSV'))
    .optional()
    .describe(
      'For `osv`: these ecosystems beside those of which somebody here has packages. Names as OSV writes them.',
    )
    .meta({ examples: [['npm', 'PyPI']] }),
});

export const feeds = z.strictObject({
  sources: z
    .array(source)
    .default(feedKinds.map((name) => ({ name })))
    .describe(
      'Feeds that are fetched. Of all but `kev` and `epss` only what is about distributions, releases and languages that somebody here has. `[]` fetches none.',
    ),
  every: z
    .string()
    .refine(
      (text) => text === 'off' || isDuration(text, 10 * MINUTE_MS),
      'must be off, or a duration of at least 10m such as 6h',
    )
    .default('6h')
    .describe('How often they are fetched by themselves; `off`: only when somebody asks.')
    .meta({ examples: ['12h'] }),
  staleAfter: z
    .string()
    .refine((text) => isDuration(text, MINUTE_MS), 'must be a duration such as 5d')
    .default('5d')
    .describe('How old a feed may be; a “no” of an older one becomes *unknown*.')
    .meta({ examples: ['3d'] }),
});
