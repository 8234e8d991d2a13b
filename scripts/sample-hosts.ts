// What is done on the engines that the sample is recorded from, step by step of the timeline.
import type { SampleHost } from '../demo/sample/timeline.ts';
import type { RealEngine } from '../test/support/real-engine.ts';

/** An engine to record, and what installs a Debian image with some packages in it. */
export interface Stage {
  engine: RealEngine;
  importDebian(tag: string, suite: string, packages: readonly string[]): Promise<void>;
}

type Work = (stage: Stage) => Promise<void> | void;

const REGISTRY = 'registry.example';
const team = (name: string) => ['--label', `com.example.team=${name}`];
const guards = [
  ...['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
  ...['--memory', '256m', '--cpus', '0.5', '--pids-limit', '100', '--restart', 'on-failure:5'],
];
const healthy = (command: string) => ['--health-cmd', command, '--health-interval', '1h'];
const idle = ['python3', '-c', 'import time; time.sleep(10**8)'];

const front = `${REGISTRY}/shop/front:2.4.1`;
const checkout = `${REGISTRY}/shop/checkout:1.8.0`;
const cache = `${REGISTRY}/shop/cache:7.0.15`;
const runner = `${REGISTRY}/ci/runner:3.2`;
const orders = `${REGISTRY}/data/postgres:17.6`;
const archive = `${REGISTRY}/data/postgres:13.4`;

const run = ({ engine }: Stage, name: string, ...words: string[]): void => {
  engine.docker('run', '--detach', '--name', name, ...words);
};
const remove = ({ engine }: Stage, name: string): void => {
  engine.docker('rm', '--force', '--volumes', name);
};

function runFront(stage: Stage, ...more: string[]): void {
  const ports = ['--publish', '80:80', '--publish', '443:443'];
  const words = ['--network', 'shop', '--memory', '512m', ...team('shop'), ...ports, ...more];
  run(stage, 'front', ...words, front);
}

function runCache(stage: Stage, ...more: string[]): void {
  run(stage, 'cache', '--network', 'shop', '--memory', '256m', ...team('shop'), ...more, cache);
}

const web: Record<string, Work> = {
  async images(stage) {
    await stage.importDebian('debian-nginx', 'trixie', [
      'openssl',
      'ca-certificates',
      'nginx-light',
    ]);
    await stage.importDebian('debian-python', 'bookworm', ['openssl', 'python3-minimal', 'git']);
    await stage.importDebian('debian-redis', 'bookworm', ['openssl', 'redis-server']);
    const { engine } = stage;
    engine.build(front, 'FROM debian-nginx\nEXPOSE 80 443\nCMD ["nginx", "-g", "daemon off;"]\n');
    engine.build(checkout, `FROM debian-python\nENV LANG=C.UTF-8\nCMD ${JSON.stringify(idle)}\n`);
    engine.build(
      cache,
      'FROM debian-redis\nEXPOSE 6379\nCMD ["redis-server", "--protected-mode", "no"]\n',
    );
    engine.docker('rmi', 'debian-nginx', 'debian-python', 'debian-redis');
  },
  shop(stage) {
    stage.engine.docker('network', 'create', 'shop');
    runFront(stage);
    const environment = ['--env', 'SHOP_URL=https://shop.example', '--env'];
    const secret = [...environment, 'PAYMENT_DB_PASSWORD=made-up-for-the-sample'];
    run(stage, 'checkout', '--network', 'shop', ...team('payments'), ...secret, checkout);
    const power = ['--privileged', '--pid', 'host'];
    run(stage, 'payments-hsm', '--network', 'shop', ...team('payments'), ...power, checkout);
    runCache(stage);
    const mounts = ['--volume', '/:/host:ro', '--volume', '/srv/backups:/backups'];
    run(stage, 'backups', '--network', 'none', ...team('platform'), ...mounts, checkout);
    const user = ['--user', '1000:1000', ...healthy('true')];
    run(stage, 'mailer', '--network', 'shop', ...team('shop'), ...guards, ...user, checkout);
  },
  promo(stage) {
    run(stage, 'promo', '--network', 'shop', ...team('shop'), '--privileged', checkout);
  },
  'front-changed'(stage) {
    remove(stage, 'front');
    runFront(stage, '--cap-add', 'NET_ADMIN', '--volume', '/etc:/host-etc:ro');
  },
  'promo-mended'(stage) {
    remove(stage, 'promo');
    const user = ['--user', '1000:1000', ...healthy('true')];
    run(stage, 'promo', '--network', 'shop', ...team('shop'), ...guards, ...user, checkout);
  },
  'cache-open'(stage) {
    remove(stage, 'cache');
    runCache(stage, '--publish', '6379:6379');
  },
  'cache-closed'(stage) {
    remove(stage, 'cache');
    runCache(stage);
  },
  'hsm-mended'(stage) {
    remove(stage, 'payments-hsm');
    const user = ['--user', '1000:1000', ...healthy('true')];
    run(
      stage,
      'payments-hsm',
      '--network',
      'shop',
      ...team('payments'),
      ...guards,
      ...user,
      checkout,
    );
  },
  'checkout-open'(stage) {
    remove(stage, 'checkout');
    const open = ['--publish', '9229:9229', '--cap-add', 'SYS_PTRACE'];
    const secret = ['--env', 'PAYMENT_DB_PASSWORD=made-up-for-the-sample'];
    run(stage, 'checkout', '--network', 'shop', ...team('payments'), ...open, ...secret, checkout);
  },
  debug(stage) {
    const power = ['--privileged', '--pid', 'host', '--network', 'host', '--volume', '/:/host'];
    run(stage, 'debug', ...power, checkout);
  },
  'debug-gone'(stage) {
    remove(stage, 'debug');
  },
};

function runRunner(stage: Stage, name: string, ...more: string[]): void {
  run(stage, name, '--network', 'builds', ...team('platform'), ...more, runner);
}

const ci: Record<string, Work> = {
  async images(stage) {
    await stage.importDebian('debian-python', 'bookworm', ['openssl', 'python3-minimal', 'git']);
    const { engine } = stage;
    engine.build(runner, `FROM debian-python\nENV CI=true\nCMD ${JSON.stringify(idle)}\n`);
    engine.docker('tag', runner, `${REGISTRY}/ci/registry:latest`);
    engine.docker('rmi', 'debian-python');
  },
  runners(stage) {
    stage.engine.docker('network', 'create', 'builds');
    const socket = ['--volume', `${stage.engine.socketPath}:/var/run/docker.sock`];
    runRunner(stage, 'runner-1', ...socket, '--restart', 'always');
    runRunner(stage, 'runner-2', ...socket, '--restart', 'always');
    const power = ['--privileged', '--volume', '/lib/modules:/lib/modules:ro'];
    runRunner(stage, 'builder', ...power);
  },
  registry(stage) {
    const words = ['--publish', '5000:5000', ...team('platform')];
    run(stage, 'registry', ...words, `${REGISTRY}/ci/registry:latest`);
  },
  'runner-mended'(stage) {
    remove(stage, 'runner-2');
    runRunner(stage, 'runner-2', ...guards, '--user', '1000:1000', ...healthy('true'));
  },
  build(stage) {
    const token = ['--env', 'REGISTRY_PASSWORD=made-up-for-the-sample'];
    runRunner(stage, 'build-1533', ...token);
  },
  'build-gone'(stage) {
    remove(stage, 'build-1533');
  },
};

function runPostgres(stage: Stage, name: string, major: number, ...more: string[]): void {
  const data = ['--volume', `${name}:/var/lib/postgresql`, '--tmpfs', '/run/postgresql:mode=1777'];
  const image = major === 17 ? orders : archive;
  run(stage, name, '--network', 'data', ...team('data'), ...data, ...more, image);
}

const postgres = (base: string, major: number) => `FROM ${base}
USER postgres
EXPOSE 5432
CMD ["/usr/lib/postgresql/${major}/bin/postgres", "-D", "/var/lib/postgresql/${major}/main", "-c", "config_file=/etc/postgresql/${major}/main/postgresql.conf"]
`;

const ready = healthy('pg_isready --host /run/postgresql');

function runAdmin(stage: Stage, ...more: string[]): void {
  const words = ['--network', 'data', '--publish', '8081:8081', ...team('data'), ...more];
  run(stage, 'admin', ...words, orders, 'sleep', 'infinity');
}

const db: Record<string, Work> = {
  async 'old-image'(stage) {
    await stage.importDebian('debian-postgres', 'bullseye', ['openssl', 'postgresql-13']);
    stage.engine.build(archive, postgres('debian-postgres', 13));
    stage.engine.docker('rmi', 'debian-postgres');
  },
  async images(stage) {
    await stage.importDebian('debian-postgres', 'trixie', ['openssl', 'postgresql-17']);
    stage.engine.build(orders, postgres('debian-postgres', 17));
    stage.engine.docker('rmi', 'debian-postgres');
  },
  databases(stage) {
    stage.engine.docker('network', 'create', '--internal', 'data');
    runPostgres(stage, 'orders', 17, ...guards, ...ready);
    runPostgres(stage, 'orders-replica', 17, ...guards, ...ready);
    runPostgres(stage, 'archive', 13, '--memory', '256m');
  },
  admin(stage) {
    runAdmin(stage, '--user', 'root');
  },
  'admin-mended'(stage) {
    remove(stage, 'admin');
    runAdmin(stage, ...guards, ...healthy('true'));
  },
};

/** What each step of the timeline does to the engine of its host. */
export const works: Readonly<Record<SampleHost, Readonly<Record<string, Work>>>> = {
  'sample-web': web,
  'sample-ci': ci,
  'sample-db': db,
};
