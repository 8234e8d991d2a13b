/** Each of these once, in the order in which it came first. Most lists have one or none, and are given back as they are. */
export const distinct = <T>(all: T[]): T[] => (all.length < 2 ? all : [...new Set(all)]);
