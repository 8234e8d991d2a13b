import type { SubjectList } from '../collector.ts';
import { defineCollector, detailsOf } from '../define-collector.ts';
import type { HistoryStep, ImageFacts } from '../facts/image.ts';
import { answerList, foreign } from '../foreign.ts';
import { createHistoryMemory, historyBudget } from '../history-memory.ts';
import { historyStep } from '../normalise/history.ts';
import { byNameThenId, readEach, valueIn } from '../outcome.ts';

export const images = defineCollector({
  purpose:
    'Configuration and build steps of every image that has a name or is in use; the steps once for the same layers.',
  reads: [
    'GET /version',
    'GET /images/json',
    'GET /containers/json',
    'GET /images/{id}/json',
    'GET /images/{id}/history',
  ],
  async collect({ first, engine, context }): Promise<SubjectList<ImageFacts>> {
    const memory = context?.historyMemory ?? createHistoryMemory();
    const budget = historyBudget();
    const readHistory = async (id: string, layers: string): Promise<HistoryStep[]> => {
      // An id may be that of an index, which stays where one more of its platforms is pulled.
      const key = `${engine.endpoint.url} ${id} ${layers}`;
      const known = memory.find(key);
      if (known !== undefined) return known;
      const answer = foreign('GET /images/{id}/history', await engine.get(`/images/${id}/history`));
      return memory.keep(key, answerList(answer).map(historyStep), budget);
    };
    const { read, unread } = await readEach(valueIn(first.images), async ({ id, name }) => {
      const look = detailsOf(first, id);
      const declared = valueIn(look.declared);
      const written = valueIn(look.layers);
      const layers = written.split(' ').filter((layer) => layer !== '');
      const history = await readHistory(id, written);
      // It is called as it was asked for: two ids may lead to one image, and nobody's answer names another.
      return { id, name, facts: { ...declared, id, layers, history } };
    });
    return { read: read.sort(byNameThenId).map(({ facts }) => facts), unread };
  },
});
