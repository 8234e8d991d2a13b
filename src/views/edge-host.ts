import type { AnswerBase } from '../answers/answer-base.ts';
import { code, heading, list, note, paragraph, strong, time, type View } from './document.ts';

/** A host that dials out was added, or its key changed, or it is gone. */
export interface EdgeHostAnswer extends AnswerBase {
  kind: 'edge-host';
  name: string;
  did: 'added' | 'revoked' | 'rotating' | 'removed';
  /** What its machine needs to begin; null where nothing new begins. `until` as ISO time. */
  begin: { key: string; until: string } | null;
}

const titles = {
  added: 'was added',
  revoked: 'lost its key and can begin anew',
  rotating: 'gets a new key',
  removed: 'was removed',
} as const satisfies Record<EdgeHostAnswer['did'], string>;

export const edgeHost: View<EdgeHostAnswer> = ({ name, did, begin }) => {
  const title = `${name} ${titles[did]}`;
  return {
    headline: title,
    summary: [
      heading(title),
      begin === null
        ? paragraph(said[did])
        : [
            paragraph(
              'On its machine, beside the Docker engine, within the hour: the key is taken once, until ',
              time(begin.until),
              '. Who has it before that machine does becomes this host, so show it to nobody.',
            ),
            ...list([
              [strong('As a container: '), code(containerLine(begin.key))],
              [strong('As a program: '), code(`SEAWALL_EDGE_KEY=${begin.key} seawall-edge`)],
            ]),
            note(
              'It dials out, answers the listed reading calls and nothing else; see docs/edge.md.',
            ),
          ],
    ],
  };
};

const said = {
  added: '',
  revoked: '',
  rotating:
    'Its edge makes itself a new key, signed by the old one, within seconds of being connected. The old key then holds no more.',
  removed:
    'Its connection ends within seconds, and its keys hold no more. What was learned of it stays; to take it in again, add it again.',
} as const satisfies Record<EdgeHostAnswer['did'], string>;

const containerLine = (key: string): string =>
  [
    'docker run --detach --name seawall-edge --restart unless-stopped --read-only --cap-drop ALL',
    '--security-opt no-new-privileges --group-add $(stat -c %g /var/run/docker.sock)',
    '--volume /var/run/docker.sock:/var/run/docker.sock:ro --volume seawall-edge:/var/lib/seawall-edge',
    `--env SEAWALL_EDGE_KEY=${key} seawall-edge:0.1.0`,
  ].join(' ');
