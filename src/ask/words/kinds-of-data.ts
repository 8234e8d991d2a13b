import type { Kind } from './kind.ts';

/** What Seawall keeps, and where it goes: no answer tells all of it, and these two tell their part. */
export const kindsOfData: readonly Kind[] = ['status', 'whoami'].map(
  (line, at): Kind => ({
    line,
    all: [
      'you|seawall|the bot|this bot|this tool|your|my data|our data|our network|our environment|scan result|telemetry|anything|any data|history|what i ask|what we ask|what i type|questions',
      'store|stores|stored|keep|keeps|kept|save|saves|saved|retain|retains|retention|send|sends|sent|upload|uploads|uploaded|share|shares|shared|collect|collects|collected|phone home|call home|telemetry|leave|leaves|log|logs|record|records|remember|remembers',
      'data|telemetry|result|scan|question|information|anything|anybody|anyone|third party|outside|home|network|secrets|about us|about me|history|long|what i ask|what we ask|what i type|vendor|your vendor',
    ],
    with: 'do|does|is|are|where|which|what|how long|to|the|our|my|a|any|have|there|ever|in|of|with|for|i|me|us|from|it|my secrets',
    not: 'containers?|images?|who|whose|digest|alert|risk|accept|cve|vulnerab\\w+|host|score|findings?|feed|env|environment variables?|please|socket|log output|lines',
    score: 0.58 - at / 50,
  }),
);
