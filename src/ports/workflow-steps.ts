/** A value that goes into a step or comes out of it. Source: docs.slack.dev/reference/app-manifest, `functions`. */
export interface StepParameter {
  name: string;
  type: 'string' | 'integer' | 'boolean';
  title: string;
  description: string;
  isRequired: boolean;
}

export interface WorkflowStep {
  /** Names it in the manifest and in what Slack sends. */
  callbackId: string;
  title: string;
  description: string;
  inputs: readonly StepParameter[];
  outputs: readonly StepParameter[];
}

const parameter =
  (isRequired: boolean) =>
  (
    name: string,
    type: StepParameter['type'],
    title: string,
    description: string,
  ): StepParameter => ({ name, type, title, description, isRequired });
const required = parameter(true);
const optional = parameter(false);

const answer = required('answer', 'string', 'Answer', 'The answer in one sentence.');
const affected = 'affected_containers';

/** Steps that people put into workflows of their own: the only list, from which manifest and listeners are made. */
export const workflowSteps = {
  exposure: {
    callbackId: 'seawall_exposure',
    title: 'Is a CVE or package here?',
    description: 'Looks who is affected by a vulnerability, or who has a package.',
    inputs: [
      required('query', 'string', 'CVE or package', 'For example CVE-2024-3094, or openssl<3.0.7.'),
      optional('host', 'string', 'Host', 'Every host when it is empty.'),
    ],
    outputs: [
      answer,
      required(
        'is_affected',
        'boolean',
        'Affected',
        'True where something runs, or ran, that is affected.',
      ),
      required(
        'is_known',
        'boolean',
        'Known',
        'False where nobody is known to be affected and not all could be read.',
      ),
      required(affected, 'integer', 'Containers', 'How many running containers are affected.'),
    ],
  },
  scan: {
    callbackId: 'seawall_scan',
    title: 'Scan a host',
    description: 'Checks a host now.',
    inputs: [required('host', 'string', 'Host', 'Its name in Seawall.')],
    outputs: [
      answer,
      required('is_read', 'boolean', 'Read', 'False when the host could not be read.'),
      optional('grade', 'string', 'Grade', 'A to F; empty when nobody knows.'),
      optional('critical', 'integer', 'Critical', 'Open critical findings; empty when unknown.'),
      optional('high', 'integer', 'High', 'Open high findings; empty when unknown.'),
    ],
  },
} as const satisfies Record<string, WorkflowStep>;
