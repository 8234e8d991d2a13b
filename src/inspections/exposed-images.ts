/** Of an image on a host: an engine may call its image by the id of another engine's. */
export const imageKey = (host: string, id: string): string => `${host} ${id}`;
