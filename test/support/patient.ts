/**
 * Limits of a host whose engine is there and answers, on a machine that may stand still for seconds. Only what ends a
 * hung engine is far off; one that a test hangs needs limits of its own.
 */
export const patient = { scanSeconds: 300, callSeconds: 120, probeStartSeconds: 120 };

/** The same of a door that is opened by itself; what another left behind is not taken for old meanwhile. */
export const patientDoor = {
  callTimeoutMs: 120_000,
  times: { startMs: 120_000, runMs: 60_000 },
  leftoverSeconds: 600,
};
