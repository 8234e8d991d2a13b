export interface Limit {
  value: number;
  /**
   * `docs`: docs.slack.dev; `types`: JSDoc of @slack/types 3.2.0; `schema`: block-kit.schema.json;
   * `methods`: the Web API reference of each method; `measured`: seen by others, with the issue.
   */
  source: string;
  /** The day on which the source was read. */
  date: string;
}

const limit = (value: number, source: string, date = '2026-07-15'): Limit => ({
  value,
  source,
  date,
});

/**
 * The only table of Slack's limits. Where sources disagree, the smaller value stands and the other
 * one is named. Lengths are in characters.
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
  privateMetadata: limit(3_000, 'docs, schema'),
  viewBytes: limit(250_000, 'docs'),
  viewStack: limit(3, 'docs'),
  identifier: limit(255, 'types, schema; block_id, action_id, callback_id, external_id'),
  textObject: limit(3_000, 'types, schema'),
  sectionText: limit(3_000, 'types, schema'),
  sectionFields: limit(10, 'types, schema'),
  sectionFieldText: limit(2_000, 'types, schema'),
  headerText: limit(150, 'types, schema'),
  actionsElements: limit(25, 'types, schema'),
  contextElements: limit(10, 'types, schema'),
  contextActionsElements: limit(5, 'types, schema'),
  imageAltText: limit(2_000, 'types, schema'),
  imageTitle: limit(2_000, 'types, schema'),
  imageUrl: limit(3_000, 'types, schema'),
  inputLabel: limit(2_000, 'types, schema'),
  inputHint: limit(2_000, 'types, schema'),
  tableRows: limit(100, 'types, schema'),
  tableColumns: limit(20, 'types, schema'),
  dataTableRows: limit(101, 'docs, schema; with the header row; elsewhere 201'),
  dataTableText: limit(10_000, 'docs; about, over all cells'),
  chartTitle: limit(50, 'docs, schema'),
  chartSeries: limit(6, 'docs, schema; elsewhere 12'),
  chartPoints: limit(20, 'docs, schema'),
  chartSegments: limit(6, 'docs, schema; elsewhere 12'),
  chartLabel: limit(20, 'docs, schema'),
  chartAxisLabel: limit(50, 'docs, schema'),
  cardTitle: limit(150, 'types, schema'),
  cardBody: limit(200, 'types, schema'),
  cardButtons: limit(2, 'types, schema; elsewhere 3'),
  carouselCards: limit(10, 'types, schema'),
  containerTitle: limit(150, 'types, schema'),
  containerBlocks: limit(10, 'types, schema'),
  alertText: limit(200, 'docs'),
  buttonText: limit(75, 'types, schema'),
  buttonValue: limit(2_000, 'types, schema'),
  buttonUrl: limit(3_000, 'types, schema'),
  confirmTitle: limit(100, 'types, schema'),
  confirmText: limit(300, 'types, schema'),
  confirmButton: limit(30, 'types, schema'),
  selectOptions: limit(100, 'types, schema'),
  optionText: limit(75, 'types, schema'),
  optionValue: limit(75, 'types; the schema allows 150'),
  overflowOptions: limit(5, 'docs, schema'),
  checkboxOptions: limit(10, 'types, schema'),
  placeholder: limit(150, 'docs, schema'),
  acknowledgeMs: limit(3_000, 'docs'),
  responseUrlUses: limit(5, 'docs'),
  responseUrlLifeMs: limit(30 * 60_000, 'docs'),
  triggerLifeMs: limit(3_000, 'docs'),
  scheduleAheadMs: limit(120 * 86_400_000, 'docs'),
  socketsPerApp: limit(10, 'docs; slackapi/node-slack-sdk#1654'),
} as const satisfies Record<string, Limit>;
