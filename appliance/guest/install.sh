#!/bin/sh
# Runs in the helper's image while that is built, as its root. Gathers from the image's own packages
#   /opt/cloudyard/guest/kit    what any Linux disk needs to boot as a server: our init, busybox, dropbear with its libraries
#   /opt/cloudyard/guest/base   the tiny base system of placeholder images: the kit, and busybox under all its names
#   /opt/cloudyard/guest/stub   what a server's container holds until its disk is its root
set -eu
here=/opt/cloudyard/guest
busybox=/bin/busybox

kit=$here/kit/usr/lib/cloudyard
mkdir -p "$kit/lib" "$kit/bin"
install -m 755 "$here/init" "$kit/init"
install -m 755 $busybox "$kit/busybox"
install -m 755 /usr/sbin/dropbear "$kit/dropbear"
# On another distribution the C library may be another one: bring ours, and its loader. Dropbear starts itself again for each
# connection, so its file has to name that loader (a shorter path than the one it replaces); the init names the libraries.
ldd /usr/sbin/dropbear | sed -n 's/.*=> \(\/[^ ]*\).*/\1/p' | while read -r library; do install -m 644 "$library" "$kit/lib/"; done
loader=$(ldd /usr/sbin/dropbear | sed -n 's/^[[:space:]]*\(\/[^ ]*ld-linux[^ ]*\).*/\1/p')
install -m 755 "$loader" "$kit/ld.so"
python3 - "$kit/dropbear" "$loader" /usr/lib/cloudyard/ld.so <<'PATCH'
import sys
path, old, new = sys.argv[1], sys.argv[2].encode() + b"\0", sys.argv[3].encode() + b"\0"
with open(path, "r+b") as file:
    data = file.read()
    if len(new) > len(old) or data.count(old) != 1:
        sys.exit("dropbear names its loader in an unexpected way")
    file.seek(data.index(old))
    file.write(new.ljust(len(old), b"\0"))
PATCH

base=$here/base
mkdir -p "$base"
cp -a "$here/kit/." "$base/"
cd "$base"
mkdir -p bin sbin usr/bin usr/sbin etc/dropbear root/.ssh proc sys dev tmp run mnt home var/log var/lib/cloudyard
chmod 1777 tmp
chmod 700 root root/.ssh
$busybox --list-full | while read -r name; do [ -e "$name" ] || ln -s /usr/lib/cloudyard/busybox "$name"; done
ln -sf /usr/lib/cloudyard/init sbin/init
ln -sf /usr/lib/cloudyard/busybox bin/sh
# Scripts for real images begin with #!/bin/bash: most run in busybox's shell too.
printf '#!/bin/sh\nexec /bin/sh "$@"\n' >bin/bash
chmod 755 bin/bash
printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n' >etc/passwd
printf 'root:*:19000:0:99999:7:::\nnobody:*:19000:0:99999:7:::\n' >etc/shadow
printf 'root:x:0:\nnogroup:x:65534:\n' >etc/group
printf '/bin/sh\n' >etc/shells
printf 'PS1="\\u@\\h:\\w# "\n' >etc/profile
chmod 640 etc/shadow

stub=$here/stub
mkdir -p "$stub/bin" "$stub/proc" "$stub/sys" "$stub/dev" "$stub/etc"
install -m 755 $busybox "$stub/bin/sh"
install -m 755 "$here/stub.sh" "$stub/stub"
mkfifo "$stub/.go"
