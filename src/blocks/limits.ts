export interface Limit {
  value: number;
  /**
   * `docs`: docs.slack.dev; `types`: JSDoc of @slack/types 3.2.0; `schema`: block-kit.schema.json;
   * `methods`: the Web API reference of each method; `measured`: seen by others, with the issue.
   */
  source: string;
}

const limit = (value: number, source: string): Limit => ({ value, source });

/**
 * The limits of Slack that its schema of blocks does not check, or that somebody else has to know. Where sources
 * disagree, the smaller value stands and the other one is named. Lengths are in characters. The sources were read on
 * 2026-07-15.
 */
export const limits = {
  blocksPerMessage: limit(50, 'docs; the schema alone allows 100'),
  blocksPerView: limit(100, 'docs, schema'),
  messageBlockText: limit(
    11_340,
    'measured: smallest rejection is 11,341 (slackapi/bolt-js#2509, slackapi/bolt-js#2867)',
  ),
  messageBlockTextBudget: limit(10_000, 'ours, with room below messageBlockText'),
  messageTextAdvised: limit(4_000, 'docs'),
  messageText: limit(40_000, 'docs; longer text is truncated'),
  markdownText: limit(12_000, 'docs, methods, schema; also over all markdown blocks together'),
  attachments: limit(100, 'methods'),
  tablesPerMessage: limit(1, 'docs, schema; table and data_table together'),
  chartsPerMessage: limit(2, 'docs, schema'),
  viewTitle: limit(24, 'types, schema'),
  viewSubmit: limit(24, 'types, schema'),
  viewClose: limit(24, 'types, schema'),
  viewBytes: limit(250_000, 'docs'),
  viewStack: limit(3, 'docs'),
  headerText: limit(150, 'types, schema'),
  imageAltText: limit(2_000, 'types, schema'),
  inputLabel: limit(2_000, 'types, schema'),
  tableRows: limit(100, 'types, schema'),
  dataTableText: limit(10_000, 'docs; about, over all cells'),
  chartTitle: limit(50, 'docs, schema'),
  chartSeries: limit(6, 'docs, schema; elsewhere 12'),
  chartPoints: limit(20, 'docs, schema'),
  chartLabel: limit(20, 'docs, schema'),
  alertText: limit(200, 'docs'),
  buttonText: limit(75, 'types, schema'),
  selectOptions: limit(100, 'types, schema'),
  optionText: limit(75, 'types, schema'),
  optionValue: limit(75, 'types; the schema allows 150'),
  overflowOptions: limit(5, 'docs, schema'),
  placeholder: limit(150, 'docs, schema'),
  acknowledgeMs: limit(3_000, 'docs'),
  responseUrlUses: limit(5, 'docs'),
  responseUrlLifeMs: limit(30 * 60_000, 'docs'),
  triggerLifeMs: limit(3_000, 'docs'),
  scheduleAheadMs: limit(120 * 86_400_000, 'docs'),
  socketsPerApp: limit(10, 'docs; slackapi/node-slack-sdk#1654'),
} as const satisfies Record<string, Limit>;
