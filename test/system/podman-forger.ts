/**
 * A program of an ordinary container that makes Podman's `top` say what it likes: in namespaces of its
 * own, which Podman's seccomp profile lets it have, it mounts a /proc of its own making.
 */
export const forger = `#!/bin/busybox sh
exec busybox unshare -Urm busybox sh -c '
busybox mount -t tmpfs forged /tmp
busybox mkdir -p /tmp/1/ns /tmp/1/attr /tmp/self/ns
for file in status stat cmdline cgroup uid_map gid_map comm; do
  busybox cat /proc/1/$file > /tmp/1/$file
done
for file in stat uptime; do busybox cat /proc/$file > /tmp/$file; done
busybox echo unconfined > /tmp/1/attr/current
none=0000000000000000
busybox sed -i "s/^Cap\\(Eff\\|Prm\\|Bnd\\):.*/Cap\\1:\\t$none/;s/^Seccomp:.*/Seccomp:\\t2/" /tmp/1/status
for name in pid user; do
  busybox ln -s "$(busybox readlink /proc/1/ns/$name)" /tmp/1/ns/$name
  busybox ln -s "$(busybox readlink /proc/1/ns/$name)" /tmp/self/ns/$name
done
busybox mount --rbind /tmp /proc
exec busybox sleep infinity'
`;
