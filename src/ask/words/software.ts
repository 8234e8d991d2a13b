const names = `
openssl openssh sshd ssh curl wget bash zsh zlib xz xz-utils liblzma nginx apache apache2 httpd log4j log4j2 log4j-core glibc libc musl
busybox python python3 node nodejs java openjdk jdk jre perl ruby golang go php redis postgres postgresql mysql mariadb mongodb mongo
tomcat sudo git systemd libssl libssl3 sqlite sqlite3 expat libexpat libxml2 libxslt gnutls nss libcurl openldap krb5 spring
spring-core struts jackson lodash express react django flask numpy requests urllib3 rails nokogiri rack haproxy envoy traefik
caddy elasticsearch kafka rabbitmq memcached vault consul etcd grafana prometheus jenkins gitlab wordpress drupal runc containerd
util-linux coreutils tar gzip bzip2 vim less ncurses readline pam shadow dpkg apt apk rpm libwebp libpng libjpeg libtiff imagemagick
ghostscript ffmpeg netty jetty postgresql-client mysql-client varnish squid bind bind9 dnsmasq samba cups avahi dbus polkit
protobuf grpc libuv npm yarn pip setuptools wheel certifi cryptography paramiko jinja2 werkzeug axios moment minimist zookeeper
`;

/** Software that people ask about, so that it is no misspelt word of another meaning. */
export const softwareNames: ReadonlySet<string> = new Set(names.split(/\s+/).filter(Boolean));

/** Vulnerabilities that people call by a name. */
export const nicknames: Readonly<Record<string, string>> = {
  log4shell: 'CVE-2021-44228',
  heartbleed: 'CVE-2014-0160',
  shellshock: 'CVE-2014-6271',
  spring4shell: 'CVE-2022-22965',
  regresshion: 'CVE-2024-6387',
  pwnkit: 'CVE-2021-4034',
  'dirty pipe': 'CVE-2022-0847',
  dirtypipe: 'CVE-2022-0847',
  'dirty cow': 'CVE-2016-5195',
  dirtycow: 'CVE-2016-5195',
  'leaky vessels': 'CVE-2024-21626',
  'leaky vessel': 'CVE-2024-21626',
  'looney tunables': 'CVE-2023-4911',
  'looney tunable': 'CVE-2023-4911',
  'xz backdoor': 'CVE-2024-3094',
  'baron samedit': 'CVE-2021-3156',
  text4shell: 'CVE-2022-42889',
  ghostcat: 'CVE-2020-1938',
};
