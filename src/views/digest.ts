import { counted } from '../shared/text.ts';
import { heading, type View } from './document.ts';

export const digest: View<'digest'> = ({ day, hosts, next }) => ({
  headline: `${day}: ${counted(hosts.length, 'host')}`,
  summary: [heading(`${day}: ${counted(hosts.length, 'host')}`)],
  details: [],
  next,
});
