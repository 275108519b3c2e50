#!/usr/bin/env bash
# Installs PostgreSQL's server where there is none, on Debian and Ubuntu. infra.local_topology then uses it, with a
# database cluster of its own; without it, it uses SQLite. Needs root, or sudo without a password. The distribution also
# makes a cluster of the system, which nothing here touches.
set -euo pipefail

server() {
    command -v initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb'
}

if found=$(server); then
    echo "PostgreSQL is there: $found"
    exit 0
fi
if ! command -v apt-get >/dev/null; then
    echo "There is no apt-get: install PostgreSQL's server and its contrib modules with this system's own packages." >&2
    exit 1
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    as_root=(sudo -n)
    if ! sudo -n true 2>/dev/null; then
        echo "PostgreSQL is missing, and installing it needs root: run this as root, or with sudo." >&2
        exit 1
    fi
fi
"${as_root[@]}" apt-get update --quiet
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends postgresql
server
