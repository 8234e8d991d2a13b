import { z } from 'zod';

/** An id of Slack that begins with one of the letters; `what` says in a message which one it must be. */
export const slackId = (letters: string, what: string) =>
  z.string().regex(new RegExp(`^[${letters}][A-Z0-9]{2,}$`), `must be ${what}`);
