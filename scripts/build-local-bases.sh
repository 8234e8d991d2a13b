#!/bin/sh
# Makes the bases of the images from Debian's packages, for a Docker Engine that reaches no registry:
# seawall-build-base:local, seawall-runtime-base:local and seawall-haproxy-base:local.
# Needs root, mmdebstrap, npm and Node 24. See docs/container-image.md.
set -eu

mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
suite=trixie
node=${NODE_BINARY:-$(command -v node)}
npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

case $("$node" --version) in
  v24.*) ;;
  *) echo "$node is not Node 24; name one with NODE_BINARY" >&2; exit 2 ;;
esac

import() {
  tar -C "$1" -c . | docker import - "$2" >/dev/null
  echo "$2"
}

debian=$work/debian
# The archives stay there until the runtime is made of them.
mmdebstrap --mode=root --variant=minbase --skip=essential/unlink,cleanup/apt/cache \
  --include=busybox-static,ca-certificates,haproxy,libstdc++6,tzdata \
  "$suite" "$debian" "$mirror" >"$work/log" 2>&1 || { tail "$work/log" >&2; exit 1; }

# What Node needs to run, and no program: the packages of distroless `cc`, with the list of them
# where scanners look for it.
runtime=$work/runtime
mkdir -p "$runtime/var/lib/dpkg/status.d" "$runtime/tmp"
for package in base-files tzdata ca-certificates libc6 libgcc-s1 libstdc++6; do
  for archive in "$debian/var/cache/apt/archives/${package}"_*.deb; do
    dpkg-deb --extract "$archive" "$runtime"
    dpkg-deb --field "$archive" >"$runtime/var/lib/dpkg/status.d/$package"
  done
done
install -D "$debian/etc/ssl/certs/ca-certificates.crt" "$runtime/etc/ssl/certs/ca-certificates.crt"
rm -rf "$runtime/usr/sbin/update-ca-certificates" "$runtime/usr/share/doc" "$runtime/usr/share/man"
chmod 1777 "$runtime/tmp"
cat >"$runtime/etc/passwd" <<END
root:x:0:0:root:/root:/sbin/nologin
nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin
END
cat >"$runtime/etc/group" <<END
root:x:0:
nonroot:x:65532:
END
install -d -o 65532 -g 65532 -m 0700 "$runtime/home/nonroot"
import "$runtime" seawall-runtime-base:local

rm -rf "$debian/var/cache/apt/archives"/*.deb "$debian/var/cache/apt"/*.bin
import "$debian" seawall-haproxy-base:local

install -D "$node" "$debian/usr/local/bin/node"
mkdir -p "$debian/usr/local/lib/node_modules"
cp -R "$npm" "$debian/usr/local/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$debian/usr/local/bin/npm"
import "$debian" seawall-build-base:local
