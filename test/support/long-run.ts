/**
 * True in `npm run test:long`: what is tried over windows, a few seeds or small numbers in `npm test`
 * is then tried whole.
 */
export const isLongRun = process.env.SEAWALL_LONG_RUN === '1';
