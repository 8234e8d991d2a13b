import { isAlive } from './is-alive.ts';

/** The health check of the container image, which has no program that could ask. */
process.exitCode = (await isAlive(process.env)) ? 0 : 1;
