import type { AnswerBase } from '../answers/answer-base.ts';
import { listed, visible } from '../shared/text.ts';
import {
  type Action,
  code,
  heading,
  list,
  note,
  type Parts,
  paragraph,
  type View,
} from './document.ts';

/** A question in plain English that no line was sure to answer. */
export interface AskAnswer extends AnswerBase {
  kind: 'ask';
  question: string;
  /**
   * Lines that it may mean, the likeliest first, each with the words that it makes no use of and with what its command
   * does.
   */
  lines: { line: string; ignored: string[]; summary: string }[];
  /**
   * `confirm`: the one line decides something, and a person must run it. `choose`: one of the lines is
   * meant. `name`: a name must be said. `none`: it is nothing that Seawall answers.
   * `nothing`: it is thanks or a greeting. `listed`: it means something that the answer to the one line listed, of which
   * nothing is kept.
   */
  asks: 'confirm' | 'choose' | 'name' | 'none' | 'nothing' | 'listed';
  /** What must be said, and what stood in its place. */
  missing: {
    what: 'container' | 'host' | 'two hosts';
    typed: string | null;
    known: string[];
  } | null;
  /** How the question can be kept, so that Seawall learns it; null where it cannot. */
  keep: 'button' | 'line' | null;
  /** What can be asked, by task. */
  topics: { task: string; lines: string[] }[];
}

const NAMES_SHOWN = 8;
/** Alerts are chosen by severity and host: a line that leaves words of the question out may say more than was asked for. */
const alertsText = (ignored: readonly string[]): string =>
  `It sends this channel all alerts of that severity and worse (high where none is named)${
    ignored.length > 0 ? ', not only the one that you asked for: see docs/alerts.md' : ''
  }. Another alerts line replaces it, and alerts off ends it.`;

export const ask: View<AskAnswer> = (answer) => {
  const title = titleOf(answer);
  return {
    headline: title,
    summary: [heading(title), ...bodyOf(answer), ...keepNote(answer)],
    ...(answer.keep === 'button' && { actions: [keepAction(answer)] }),
  };
};

function titleOf({ asks, missing }: AskAnswer): string {
  if (asks === 'confirm') return 'This is yours to decide';
  if (asks === 'choose') return 'I am not sure what you mean';
  if (asks === 'listed') return 'Which one?';
  if (asks === 'nothing') return 'Nothing was asked';
  if (asks === 'none' || missing === null) return 'I cannot answer that';
  const { what, typed } = missing;
  const kind = what === 'container' ? 'container' : 'host';
  if (typed !== null) return `I know no ${kind} “${visible(typed)}”`;
  return what === 'two hosts' ? 'Which two hosts?' : `Which ${kind}?`;
}

function bodyOf({ asks, lines, missing, topics }: AskAnswer): Parts {
  const offered = list(
    lines.map(({ line, ignored, summary }) => [
      code(line),
      asks === 'confirm' ? '' : ` – ${summary}`,
      ...ignoredText(ignored),
    ]),
  );
  if (asks === 'confirm') {
    const ofAlerts = lines.find(({ line }) => /^alerts on\b/.test(line));
    return [
      paragraph('Nothing was changed. If you mean it, run this line:'),
      ...offered,
      ofAlerts && note(alertsText(ofAlerts.ignored)),
    ];
  }
  if (asks === 'choose') {
    const which = lines.length === 1 ? 'Do you mean this?' : 'Do you mean one of these?';
    const isCut = lines.some(({ ignored }) => ignored.some((text) => text.startsWith('until ')));
    return [
      paragraph(which),
      ...offered,
      isCut && note('No line ends in the past: it tells of one moment, or of all since a time.'),
    ];
  }
  if (asks === 'listed') {
    return [
      paragraph(
        'I keep the line that was asked, and nothing of what it listed. Name what you mean: a container, a host, a rule or the code of a finding. More of a long list is behind its button “Next page”.',
      ),
      ...offered,
    ];
  }
  if (asks === 'name' && missing !== null) {
    const { known, what, typed } = missing;
    const order = typed === null || known.length < 2 ? '' : ', the nearest first';
    const kind = what === 'container' ? 'containers' : 'hosts';
    const names =
      known.length === 0
        ? `No ${kind} are known yet.`
        : `Known ${kind}${order}: ${listed(known, NAMES_SHOWN)}.`;
    return [paragraph(names), ...offered];
  }
  return [
    paragraph(
      'Seawall answers questions about the security of containers, and changes nothing on their hosts. You can ask for:',
    ),
    ...list(topics.map(({ task, lines: examples }) => [`${task}: `, ...examples.flatMap(spaced)])),
    note('In your own words works too, in English: “who has the docker socket?”'),
  ];
}

const keepAction = ({ question }: AskAnswer): Action => ({
  label: 'Keep this question',
  intent: { kind: 'keep-question', question },
});

function keepNote({ keep }: AskAnswer): Parts {
  if (keep === null) return [];
  const how =
    keep === 'button'
      ? ['With “Keep this question”']
      : ['With ', code('seawall ask --keep "<question>"')];
  return [
    note(
      ...how,
      ' its text is stored for 90 days, without your name, so that Seawall can learn it. Otherwise it is only counted.',
    ),
  ];
}

/** Words of a question that a line makes no use of; nothing where it uses all. */
export const ignoredText = (ignored: readonly string[]): string[] =>
  ignored.length === 0 ? [] : [` · ignored: ${listed(ignored.map(visible), 6)}`];

const spaced = (line: string, index: number) => (index === 0 ? [code(line)] : [', ', code(line)]);
