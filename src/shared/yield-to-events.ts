/**
 * Lets waiting events run before long work goes on: Slack wants its acknowledgement while a large
 * scan is judged.
 */
export const yieldToEvents = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
