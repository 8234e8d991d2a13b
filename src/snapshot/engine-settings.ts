import { OutsideError } from '../shared/errors.ts';
import type { HostFileDoor } from './collector.ts';
import type { RunningEngine } from './engine-process.ts';
import { COMMAND_LINE } from './evidence.ts';
import type { EngineFacts } from './facts/engine.ts';
import type { DaemonSettings } from './facts/host-files.ts';
import { daemonSettings, defaultDaemonJson } from './normalise/daemon-settings.ts';

/** The time of a start is told in whole seconds. */
const ROUNDING_NS = 1_000_000_000n;

/**
 * What an engine was told when it started: by its command line, and by the daemon.json that this names.
 * A file that was changed since is a gap, as is one that could not be read.
 */
export async function settingsOfEngine(
  { program, configFile, options, startedAt }: RunningEngine,
  door: HostFileDoor,
  engine: EngineFacts,
): Promise<DaemonSettings> {
  const path = configFile ?? defaultDaemonJson;
  const said = (json: string | null, gaps: string[]): DaemonSettings => {
    const sources = [COMMAND_LINE, ...(json === null ? [] : [path])];
    const command = { settings: options, daemonJson: path, program, gaps };
    return daemonSettings(json, command, sources, engine);
  };
  try {
    const json = await jsonAtStart(path, startedAt, door);
    return json.state === 'changed' ? said(null, [json.reason]) : said(json.text, []);
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    return said(null, [`${path}: ${error.message}`]);
  }
}

/** The text of daemon.json, null without one, unless it is younger than the engine. */
async function jsonAtStart(
  path: string,
  startedAt: string | null,
  door: HostFileDoor,
): Promise<{ state: 'kept'; text: string | null } | { state: 'changed'; reason: string }> {
  const found = await door.lookInto([path], async ({ shown, itself }) =>
    shown.includes(path) ? itself(path) : null,
  );
  if (found === null) return { state: 'kept', text: null };
  if (startedAt === null)
    return { state: 'changed', reason: 'when the engine started is not known' };
  const start = BigInt(Date.parse(startedAt)) * 1_000_000n;
  if (found.modifiedNs > start + ROUNDING_NS) {
    return { state: 'changed', reason: `${path} was changed after the engine had started` };
  }
  const text = await door.look({ paths: [path], dataRoot: null }, ({ textOf }) => textOf(path));
  return { state: 'kept', text };
}
