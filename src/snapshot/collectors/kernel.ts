import { OutsideError } from '../../shared/errors.ts';
import { defineCollector } from '../collector.ts';
import type { KernelFacts } from '../facts/kernel.ts';

export const kernel = defineCollector({
  id: 'kernel',
  purpose: 'placeholder',
  reads: [],
  async collect(): Promise<KernelFacts> {
    throw new OutsideError('engine-unreachable', 'needs evidence level kernel');
  },
});
