import type { Recording } from './engine-recording.ts';

export interface RecordedAnswer {
  status: number;
  body: unknown;
}

const ok = (body: unknown): RecordedAnswer => ({ status: 200, body });
const fail = (status: number, message: string): RecordedAnswer => ({ status, body: { message } });

const NOT_A_MANAGER =
  'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.';

/**
 * What the recorded engine answers to a GET of `path`, which has no version prefix. What was not
 * recorded (process lists, files) is an error answer: the sample invents nothing.
 */
export function answerCall(
  recording: Recording,
  path: string,
  query: URLSearchParams,
): RecordedAnswer {
  const [, area = '', id = '', part] = path.split('/');
  if (area === 'containers' && part !== undefined) return answerContainer(recording, id, part);
  if (area === 'images' && part !== undefined) return answerImage(recording, id, part);

  switch (path) {
    case '/info':
      return ok(recording.info);
    case '/version':
      return ok(recording.version);
    case '/networks':
      return ok(recording.networks);
    case '/volumes':
      return ok(recording.volumes);
    case '/images/json':
      return ok(recording.imageList);
    case '/containers/json':
      return ok(listContainers(recording, query));
    case '/swarm':
    case '/nodes':
    case '/services':
      return fail(503, NOT_A_MANAGER);
    default:
      return fail(404, 'page not found');
  }
}

function listContainers({ containerList }: Recording, query: URLSearchParams): unknown[] {
  const wantsAll = ['1', 'true'].includes((query.get('all') ?? '').toLowerCase());
  return wantsAll ? containerList : containerList.filter((item) => item.State === 'running');
}

function answerContainer(recording: Recording, id: string, part: string): RecordedAnswer {
  const container = recording.containers.get(id);
  if (!container) return fail(404, `No such container: ${id}`);
  if (part === 'json') return ok(container);
  if (part === 'top') {
    const { Running: isRunning } = container.State as { Running: boolean };
    if (!isRunning) return fail(409, `container ${id} is not running`);
    return fail(500, 'the recording of this engine holds no process lists');
  }
  if (part === 'stats') return fail(500, 'the recording of this engine holds no statistics');
  if (part === 'archive') return fail(404, 'the recording of this engine holds no files');
  return fail(404, 'page not found');
}

function answerImage(recording: Recording, id: string, part: string): RecordedAnswer {
  const answers = { json: recording.images, history: recording.histories };
  if (part !== 'json' && part !== 'history') return fail(404, 'page not found');
  const answer = answers[part].get(id);
  return answer === undefined ? fail(404, `No such image: ${id}`) : ok(answer);
}
