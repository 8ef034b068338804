#!/bin/sh
# Runs the steps of deploy/Dockerfile in a fresh root where no container engine is at hand (as root, on Linux), then the
# command as its user, with all but its home and /tmp read-only: `sh scripts/container.sh`, in the checkout. The python3
# on the path must be one that other users can reach.
set -eu
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root/src" "$root/opt" "$root/home" "$root/tmp" "$root/config"
tar c --exclude-from=.dockerignore . | tar x -C "$root/src"
sed -n 's/^RUN //p' deploy/Dockerfile | grep -v 'groupadd\|install -d' |
    sed "s#/opt/konato#$root/opt/konato#g; s#/build#$root/build#g; s#/wheel#$root/wheel#g" > "$root/steps"
(cd "$root/src" && sh -eux "$root/steps")
chmod 755 "$root" && chown -R 10001:10001 "$root/home" && chmod 1777 "$root/tmp"
"$root/opt/konato/bin/konato" init "$root/config"
printf '' > "$root/config/feeds.toml"
unshare --mount sh -euc '
    root=$1
    mount --rbind / /mnt; mount -o remount,bind,ro /mnt
    for writable in home tmp; do mount --bind "$root/$writable" "/mnt$root/$writable"; done
    exec chroot --userspec=10001:10001 /mnt env -i "PATH=$root/opt/konato/bin:/usr/bin:/bin" "HOME=$root/home" \
        "TMPDIR=$root/tmp" "KONATO_CONFIG=$root/config" "KONATO_HOME=$root/home" sh -euc "
            id -u; touch /opt/konato.probe 2>/dev/null && exit 9
            konato --version; konato check --self-test; konato run; konato status; test \$? -ne 3
            timeout --preserve-status 120 konato serve --every 20s; konato status; test \$? -ne 3
            grep -q up.:true $root/home/state.json  # Prefect ran there too"
' - "$root"
echo "the steps of deploy/Dockerfile run, as user 10001, on a read-only root"
