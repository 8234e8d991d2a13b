import type { SampleHost } from './timeline.ts';

type Library = [ecosystem: 'npm' | 'PyPI' | 'Maven', name: string, version: string, path: string];
type Program = [name: string, version: string, path: string, evidence: string];

/** What an image holds beside the packages of its system. */
export interface SampleFilesystem {
  host: SampleHost;
  image: string;
  libraries: readonly Library[];
  programs: readonly Program[];
}

const SHOP = 'srv/shop/node_modules';
const VENV = 'opt/checkout/lib/python3.11/site-packages';

/** Made up, as a whole read of the images would have found it: no recording has all files of an image. */
export const sampleFilesystems: readonly SampleFilesystem[] = [
  {
    ...{ host: 'sample-web', image: 'registry.example/shop/front:2.4.1' },
    libraries: [
      ['npm', 'express', '4.19.2', `${SHOP}/express/package.json`],
      ['npm', 'lodash', '4.17.20', `${SHOP}/lodash/package.json`],
      ['npm', 'pino', '9.3.2', `${SHOP}/pino/package.json`],
    ],
    programs: [['node', '20.19.4', 'usr/local/bin/node', 'node v20.19.4']],
  },
  {
    ...{ host: 'sample-web', image: 'registry.example/shop/checkout:1.8.0' },
    libraries: [
      ['PyPI', 'flask', '3.0.3', `${VENV}/flask-3.0.3.dist-info/METADATA`],
      ['PyPI', 'jinja2', '3.1.3', `${VENV}/jinja2-3.1.3.dist-info/METADATA`],
      ['PyPI', 'requests', '2.32.4', `${VENV}/requests-2.32.4.dist-info/METADATA`],
    ],
    programs: [],
  },
  {
    ...{ host: 'sample-web', image: 'registry.example/shop/cache:7.0.15' },
    ...{ libraries: [], programs: [] },
  },
  {
    ...{ host: 'sample-ci', image: 'registry.example/ci/registry:latest' },
    libraries: [],
    programs: [['node', '18.19.0', 'usr/local/bin/node', 'node v18.19.0']],
  },
  {
    ...{ host: 'sample-db', image: 'registry.example/data/postgres:17.6' },
    ...{ libraries: [], programs: [] },
  },
  {
    ...{ host: 'sample-db', image: 'registry.example/data/reports:2.1' },
    libraries: [
      ['Maven', 'org.apache.logging.log4j:log4j-api', '2.14.1', 'opt/reports/reports.jar'],
      ['Maven', 'org.apache.logging.log4j:log4j-core', '2.14.1', 'opt/reports/reports.jar'],
      ['Maven', 'org.postgresql:postgresql', '42.7.7', 'opt/reports/reports.jar'],
    ],
    programs: [],
  },
];
