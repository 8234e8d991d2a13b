import { read } from '../../src/shared/reading.ts';

/** No process of any container came into the host's network. */
export const nobodyCame = () => read(false);
