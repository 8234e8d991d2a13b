/**
 * True in `npm run test:long`: what is tried over windows, a few seeds or small numbers in `npm test`
 * is then tried whole.
 */
export const isLongRun = process.env.SEAWALL_LONG_RUN === '1';

/** How often a property is tried: few times in `npm test`, with another seed each time, and many in the long run. */
export const runs = (few: number, many: number): number => (isLongRun ? many : few);
