import { wordSet } from './word-list.ts';

const names = `
openssl openssh sshd ssh curl wget bash zsh zlib xz xz-utils liblzma nginx apache apache2 httpd log4j log4j2 log4j-core glibc libc musl
busybox python python3 node nodejs java openjdk jdk jre perl ruby golang go php redis postgres postgresql mysql mariadb mongodb mongo
tomcat sudo git systemd libssl libssl3 sqlite sqlite3 expat libexpat libxml2 libxslt gnutls nss libcurl openldap krb5 spring
spring-core struts jackson lodash express react django flask numpy requests urllib3 rails nokogiri rack haproxy envoy traefik
caddy elasticsearch kafka rabbitmq memcached vault consul etcd grafana prometheus jenkins gitlab wordpress drupal runc containerd
util-linux coreutils tar gzip bzip2 vim less ncurses readline pam shadow dpkg apt apk rpm libwebp libpng libjpeg libtiff imagemagick
ghostscript ffmpeg netty jetty postgresql-client mysql-client varnish squid bind bind9 dnsmasq samba cups avahi dbus polkit
protobuf grpc libuv npm yarn pip setuptools wheel certifi cryptography paramiko jinja2 werkzeug axios moment minimist zookeeper
netcat socat nmap tcpdump strace gdb telnet gosu tini dropbear ash dash gnupg supervisord
`;

/** Software that people ask about, so that it is no misspelt word of another meaning. */
export const softwareNames: ReadonlySet<string> = wordSet(names);
