import fc from 'fast-check';
import type { ValueClass } from '../../../src/snapshot/facts/container.ts';
import { environmentVariable } from '../../../src/snapshot/normalise/environment.ts';

const PEM = '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----';
const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----';
const base64 = (text: string) => Buffer.from(text).toString('base64');
const jwt = [{ alg: 'HS256' }, { sub: 'demo' }, 'sig']
  .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  .join('.');

/** As Compose writes a variable that another one fills. */
const reference = ['$', '{DB_PASSWORD}'].join('');

/** All secrets are made up. */
const table: Record<ValueClass, string[]> = {
  'private-key': [
    `TLS=${PEM}`,
    `TLS=${PEM.replaceAll('\n', '\\n')}`,
    `TLS=${base64(PEM)}`,
    'K=-----BEGIN OPENSSH PRIVATE KEY-----',
    'K=-----BEGIN PRIVATE KEY-----',
    'K=-----BEGIN PGP PRIVATE KEY BLOCK-----',
    'SSH_PRIVATE_KEY=c29tZXRoaW5n',
  ],
  'cloud-key': [
    'ANY=AKIAIOSFODNN7EXAMPLE',
    'AWS_ACCESS_KEY_ID=ASIAIOSFODNN7EXAMPLE',
    'AWS_SECRET_ACCESS_KEY=AKIAFAKE',
    'AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    `MAPS=AIza${'a'.repeat(35)}`,
    `S=DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${'b'.repeat(44)}`,
  ],
  token: [
    'B2_APPLICATION_KEY=demo',
    'WORDPRESS_AUTH_SALT=demo',
    'NEW_RELIC_LICENSE_KEY=demo',
    `X=ghp_${'a'.repeat(36)}`,
    `X=github_pat_${'a'.repeat(22)}`,
    'X=xoxb-000000000000-demo',
    'X=xapp-1-A000-0000-demo',
    `X=glpat-${'a'.repeat(20)}`,
    `OPENAI=sk-proj-${'a'.repeat(20)}`,
    `STRIPE=sk_live_${'a'.repeat(24)}`,
    `X=${jwt}`,
    `X=Bearer ${jwt}`,
    'VAULT_TOKEN=anything',
    'API_KEY=abc123',
    'SOME_APIKEY=abc123',
    'apiKey=abc123',
    'ACCESS_TOKEN_1=abc123',
    'npm_config__authToken=abc123',
    'DATA_ENCRYPTION_KEY=abc123',
    'API_KEYS=abc123,def456',
    'JWT_KEY=abc123',
    'RABBITMQ_ERLANG_COOKIE=abc123',
    `APP_KEY=base64:${'a'.repeat(43)}=`,
    'X=https://hooks.slack.com/services/T00000000/B00000000/abcdefghijkl',
    'X=https://discord.com/api/webhooks/123456/abcdefghijkl',
    `X=https://demo.blob.core.windows.net/x?sv=2020&sig=${'a'.repeat(43)}%3D`,
    'X=Basic ZGVtbzpkZW1v',
    'X=basic ZGVtbzpkZW1v',
    `X=Basic ${base64('demo:süß')}`,
    'X=Bearer abcdefgh1',
    `BOT=123456789:AA${'a'.repeat(33)}`,
    'X=Bearer abcdefghijklmnop',
  ],
  password: [
    'DB_PASSWORD=hunter2secret',
    'POSTGRES_PASSWORD=postgres',
    'PGPASSWORD=x',
    'MYSQL_PWD=x',
    'ROOT_PASSWD=x',
    'DB_PASS=x',
    'KEY_PASSPHRASE=correct horse',
    'CLIENT_SECRET=abc',
    'SECRET_KEY_BASE=abc',
    'DJANGO_SECRET_KEY=abc',
    'dbPassword=abc',
    'PASSWORD=$ecret!',
    'BASIC_AUTH=app:hunter2',
    'ARGS=--verbose --db-password hunter2',
    'ARGS=--client-secret=hunter2',
    'ARGS=--password 123456 --verbose',
    'ARGS=-v --password abc',
    'ARGS=--password="hunter2"',
    'JAVA_OPTS=-Xmx1g -Djavax.net.ssl.keyStorePassword=hunter2',
    'PASSWORD=123456',
    'PASSWORD1=123456',
    'PASSWORDS=abc,def',
    'LDAP_BIND_PW=abc',
    'DB_PW_FILE=hunter2',
    'DB_PASSWORD=hunter2.key',
    'SMTP_CREDENTIALS=hunter2',
    'PGPASS=abc',
    'WIFI_PSK=abc',
    'SMTP_CREDENTIALS=me:abc',
    'DB_PASSWORD_FILE=hunter2',
    'JWT_KEY_STORE_PASSWORD=hunter2',
    'CREDENTIALS_STORE_PASSWORD=hunter2',
    'SECRETS_MANAGER_PASSWORD=hunter2',
    'CREDENTIALS_PROVIDER_SECRET=hunter2',
    'API_KEYS_STORE_PASSWORD=hunter2',
    'SPRING_APPLICATION_JSON={"spring":{"datasource":{"password":"hunter2"}}}',
    'VCAP_SERVICES={"db":[{"credentials":{"dbPassword": "hunter2"}}]}',
    'CONFIG=db:\n  user: app\n  password: hunter2\n',
    'CONFIG=- api_key: "abc123"\n  name: x',
    'CONFIG=- password: "!hunter2"\n  name: x',
    'CONFIG={"password_file":"hunter2"}',
    'SMTP_CREDS=hunter2',
    'LDAP_BINDPW=hunter2',
    'REDIS_REQUIREPASS=hunter2',
    'REDIS_ARGS=--requirepass hunter2',
    'PROXY_AUTH=app:hunter2',
    `GITLAB_OMNIBUS_CONFIG=gitlab_rails['smtp_password'] = "hunter2"; x['y'] = 1`,
    'CONFIG={"password":"Hunter2"}',
    'CONFIG={"password":"correct horse"}',
    'CONFIG={"password":"Secret!"}',
    'CONFIG={"password":"Correct horse battery key"}',
    'DB_CRED=hunter2',
    'DOCKER_AUTH_CONFIG={"auths":{"r.example":{"auth":"dXNlcjpwYXNz"}}}',
  ],
  'connection-string-with-password': [
    'DATABASE_URL=postgres://app:hunter2@db:5432/app',
    'REDIS_URL=redis://:hunter2@cache:6379',
    'X=amqps://u:p%40ss@mq/vhost',
    'X=https://user:token@example.com/repo.git',
    'DSN=Server=db;User Id=app;Password=hunter2;',
    'DSN=host=db user=app password=hunter2',
    'DSN=app:hunter2@tcp(db:3306)/app',
    'JDBC=jdbc:oracle:thin:app/hunter2@//db:1521/x',
    'JDBC=jdbc:postgresql://db/app?user=app&password=hunter2',
  ],
  'file-reference': [
    'DB_PASSWORD_FILE=/run/secrets/db',
    'POSTGRES_PASSWORD_FILE=/x',
    'POSTGRES_PASSWORD_FILE=password.txt',
    'GOOGLE_APPLICATION_CREDENTIALS=/run/x/key.json',
    'GOOGLE_APPLICATION_CREDENTIALS=gcp.json',
    'GOOGLE_APPLICATION_CREDENTIALS=./key.json',
    'DB_PASSWORD=/run/secrets/db',
    'ANY=/run/secrets/any',
    'ANY=file:///run/secrets/any',
    'TLS_PRIVATE_KEY=/certs/server.key',
    'CLIENT_SECRET=/etc/app/secret',
  ],
  empty: ['DB_PASSWORD=', 'DB_PASSWORD=  ', 'NAME', ''],
  plain: [
    'PATH=/usr/local/bin:/usr/bin:/bin',
    'PWD=/app',
    'OLDPWD=/root',
    'HOME=/root',
    'GPG_KEY=A035C8C19219BA821ECEA86B64E628F8D684696D',
    'PYTHON_SHA256=c909157bb25ec114e5869124cc2a9c4a4d4c1e957ca4ff553f1edc692101154e',
    'PYTHON_VERSION=3.12.4',
    'NODE_VERSION=24.1.0',
    'PASSWORD_MIN_LENGTH=8',
    'PASSWORD_HASHER=bcrypt',
    'PASSWORD_AUTHENTICATION=ldap',
    'FORM={"password":"Password","newPassword":"Your new password:","token":"Paste the token here"}',
    `CONFIG={"password":"${reference}"}`,
    'CONFIG={"password":"","tokenLifetime":"5m","passwordPolicy":"strict"}',
    'CONFIG={"password_file":"/run/secrets/db"}',
    'CONFIG={"credentialsFile":"service.json","token_file":"tokens.yml"}',
    'CONFIG=db:\n  password: !secret db_password\n',
    `CONFIG=db:\n  password: \${DB_PASSWORD:?say which}\n  token: \${{ env.TOKEN }}\n`,
    'CONFIG=db:\n  password: <your password> # of the database\n',
    'LOG_FORMAT={"time":"%t","token":"%s","password":"-"}',
    'CONFIG=db:\n  password: \n  password_file: /run/secrets/db\n  tokens: 500\n',
    'NOTE=password: ask the operators',
    'BASIC_AUTH=required',
    'ARGS=--password-file /run/secrets/db --token $TOKEN',
    'ARGS=--ask-password --verbose',
    `ARGS=--db-password "${reference}"`,
    'ARGS=--max-token 4096 --api-key=/etc/app/key',
    'JAVA_OPTS=-Djavax.net.ssl.trustStorePassword= -Dx=y',
    'IMAGE=registry.example/app:AA0123456789012345678901234567890123',
    'PASSWORD_RESET_URL=https://example.com/reset',
    'TOKEN_TTL=3600',
    'TOKEN_REFRESH_INTERVAL=60',
    'JWT_TOKEN_LEEWAY=10',
    'ACCESS_TOKEN_MINUTES=30',
    'GITHUB_TOKEN_SCOPES=repo,user',
    'TOKEN_URL=https://example.com/token',
    'JWT_KEY_STORE_PASSWORD_LENGTH=20',
    'CSRF_COOKIE_NAME=csrf',
    'MAX_TOKENS=4096',
    'CONTEXT_TOKENS=4096',
    'CORS_CREDENTIALS=true',
    `DSN=app:${reference}@tcp(db:3306)/app`,
    'CACHE_KEY=shop',
    'X=Basic auth',
    'AUTH_METHOD=Basic Authentication',
    'PLAN=Basic Subscription',
    'X=Basic Subscriptions',
    'AUTH_METHOD=Bearer Authentication',
    'PW_TEST_HTML_REPORT_OPEN=never',
    'PW_BROWSER=chromium',
    'DOCKER_CREDENTIAL_HELPER=ecr-login',
    'CREDENTIAL_SOURCE=Environment',
    'CREDENTIALS_FOLDER=creds',
    'CONTEXT_TOKENS=128k',
    'TOKENS_PER_SECOND=12.5',
    'TOKENIZERS_PARALLELISM=false',
    'MYSQL_ALLOW_EMPTY_PASSWORD=yes',
    'MYSQL_RANDOM_ROOT_PASSWORD=true',
    'REQUIRE_PASSWORD=always',
    'NEXT_PUBLIC_MAPS_TOKEN=pk.demo',
    `PASSWORD=${reference}`,
    'PASSWORD=$DB_PASSWORD',
    'API_KEY={{ api_key }}',
    'SECRET_ID=arn:aws:secretsmanager:eu-west-1:0:secret:x',
    'DB_PASSWORD=vault:secret/data/db#password',
    'DB_PASSWORD=********',
    'KEYCLOAK_URL=https://sso.example/auth',
    'DATABASE_URL=postgres://db:5432/app',
    'DATABASE_URL=postgres://app@db/app',
    `DATABASE_URL=postgres://app:${reference}@db/app`,
    'MIRROR=http://proxy:8080/path@x',
    'SSH_AUTH_SOCK=/ssh-agent',
    'SSH_ASKPASS=/usr/bin/askpass',
    'BYPASS_CACHE=please',
    'MACADDRESS=1',
    'PUBLIC_KEY=ssh-ed25519 AAAAC3Nza demo',
    `CA=${CERTIFICATE}`,
    `CA=${base64(CERTIFICATE)}`,
    'IMAGE=registry.example/task-runner-for-everything:1',
    'JAVA_OPTS=-Xmx512m -Dfile.encoding=UTF-8',
    'LANG=C.UTF-8',
  ],
};

describe('environment variables', () => {
  const rows = Object.entries(table).flatMap(([valueClass, entries]) =>
    entries.map((entry): [string, string] => [entry, valueClass]),
  );

  it.each(rows)('%j looks %s', (entry, valueClass) => {
    expect(environmentVariable(entry)).toEqual({ name: entry.split('=', 1)[0], valueClass });
  });

  it.each([
    ['hunter2-with words in it', 'empty'],
    [`ghp_${'a'.repeat(36)}`, 'token'],
    ['AKIAIOSFODNN7EXAMPLE', 'cloud-key'],
    [PEM, 'private-key'],
    ['postgres://app:hunter2@db/app', 'connection-string-with-password'],
    ['c2VjcmV0IHRoYXQgd2FzIGVuY29kZWQ', 'empty'],
    // Its padding looks like an empty value.
    ['c2VjcmV0IHRoYXQgd2FzIGVuY29kZWQ=', 'empty'],
    ['c2VjcmV0IHRoYXQgd2FzIGVuY29kZQ==', 'plain'],
    ['9f86d081884c7d659a2feaa0c55ad015', 'empty'],
    ['correct horse=battery', 'plain'],
    [`ghp_${'a'.repeat(36)}=x`, 'token'],
  ])('keep nothing of an entry that looks like no name: %j', (entry, valueClass) => {
    expect(environmentVariable(entry)).toEqual({ name: '(an unnamed entry)', valueClass });
  });

  it.each(['HTTP_PROXY', 'no_proxy', 'S3_BUCKET', 'LANG', '_'])(
    'keep the name of one without a value: %s',
    (name) => {
      expect(environmentVariable(name)).toEqual({ name, valueClass: 'empty' });
      expect(environmentVariable(`${name}=`)).toEqual({ name, valueClass: 'empty' });
    },
  );

  it.each(['spring.datasource.user', 'ASPNETCORE_Kestrel__Endpoints__Http1__Url', 'npm_config_x'])(
    'keep the name of one with a value: %s',
    (name) => {
      expect(environmentVariable(`${name}=a`)).toEqual({ name, valueClass: 'plain' });
    },
  );

  it('keep nothing of a value but its class', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z_]{1,20}$/), fc.string(), (name, value) => {
        const variable = environmentVariable(`${name}=${value}`);
        expect(Object.keys(variable)).toEqual(['name', 'valueClass']);
        expect(variable.name).toBe(name);
        expect(Object.keys(table)).toContain(variable.valueClass);
      }),
    );
  });

  it('are read in time that grows with their length alone', () => {
    const hostile = ['a://', 'a.', 'x:', '=', 'eyJ-', 'SG.', 'password ', '-----BEGIN '].map(
      (part) => part.repeat(100_000 / part.length),
    );

    for (const value of hostile) {
      expect(environmentVariable(`X=${value}`).name).toBe('X');
    }
  });
});
