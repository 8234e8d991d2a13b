import { z } from 'zod';
import { parseListen } from './listen-address.ts';
import { filled } from './values.ts';

// The block `edges` of the YAML file: where hosts that dial out connect.

const isUrl = (text: string): boolean =>
  /^wss?:\/\//.test(text) && URL.canParse(text) && new URL(text).username === '';

export const edges = z
  .strictObject({
    listen: z
      .string()
      .refine((text) => parseListen(text) !== null, 'must be a port, or host:port')
      .default('8443')
      .describe('Where Seawall listens for edges: a port, or `host:port`.')
      .meta({ examples: ['127.0.0.1:8443'] }),
    url: z
      .string()
      .refine(isUrl, 'must start with wss://')
      .describe(
        'The address by which edges reach it, `wss://…`: that of what ends TLS before it, or its own. A path of its own has to lead to `/edge`.',
      )
      .meta({ examples: ['wss://seawall.example:8443'] }),
    cert: filled
      .optional()
      .describe(
        'PEM file with the certificate for that name, and its chain; relative to this file. Left out where something before Seawall ends TLS.',
      )
      .meta({ examples: ['tls/edges.pem'] }),
    key: filled
      .optional()
      .describe('PEM file with its key.')
      .meta({ examples: ['tls/edges-key.pem'] }),
  })
  .refine(({ cert, key }) => (cert === undefined) === (key === undefined), {
    message: 'needs its `cert` and `key` together',
  });
