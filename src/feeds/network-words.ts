import { table } from '../shared/table.ts';

const words = table<string>({
  ENOTFOUND: 'its name is not known here',
  EAI_AGAIN: 'its name could not be looked up now',
  ECONNREFUSED: 'it refuses the connection',
  ECONNRESET: 'the connection broke',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  ETIMEDOUT: 'it does not answer',
});

/** What a code of Node means for whoever wanted a file, with the code; the code alone where nothing more is known. */
export const networkText = (code: string): string => {
  const known = words.get(code);
  return known === undefined ? code : `${known} (${code})`;
};
