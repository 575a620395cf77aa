#!/usr/bin/env bash
# Installs what plimsoll needs to build, run and test on Debian 12 or 13. Safe to run again: it
# installs only what is missing. `tools/setup.sh build` leaves out the test and lint tools.
set -euo pipefail

say() { printf 'setup: %s\n' "$*"; }
die() { printf 'setup: %s\n' "$*" >&2; exit 1; }

lane=${1:-all}
case $lane in all | build) ;; *) die "unknown argument '$lane': say 'build', or nothing for everything" ;; esac

[ -r /etc/os-release ] || die "this is not Debian (no /etc/os-release); install the packages named in docs/dependencies.md by hand"
# shellcheck disable=SC1091
. /etc/os-release
command -v apt-get >/dev/null || die "apt-get not found: plimsoll's setup knows Debian 12 and 13; see docs/dependencies.md for the list of libraries"

as_root=()
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || die "needs root or sudo to install packages"
    as_root=(sudo)
fi

build_packages=(gcc make pkg-config libc6-dev libyaml-dev libcurl4-openssl-dev libmicrohttpd-dev
    libsqlite3-dev libpcre2-dev libutf8proc-dev libmd4c-dev libxxhash-dev libsodium-dev libzstd-dev
    zlib1g-dev liblua5.4-dev libseccomp-dev ca-certificates)
test_packages=(libcmocka-dev perl valgrind clang libclang-rt-14-dev clang-tidy cppcheck
    bubblewrap libxml2-utils json-schema-test-suite sqlite3 tmux curl chromium nodejs npm)
[ "${VERSION_ID:-}" = 12 ] || test_packages=("${test_packages[@]/libclang-rt-14-dev/libclang-rt-dev}")

wanted=("${build_packages[@]}")
[ "$lane" = build ] || wanted+=("${test_packages[@]}")

installed() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'install ok installed'; }

missing=()
for p in "${wanted[@]}"; do
    # nodejs may come from elsewhere than Debian; what counts is that the program is there.
    case $p in nodejs) command -v node >/dev/null && continue ;; npm) command -v npm >/dev/null && continue ;; esac
    installed "$p" || missing+=("$p")
done

updated=
update() { [ -n "$updated" ] || "${as_root[@]}" apt-get update -qq || die "apt-get update failed: is the network up?"; updated=1; }

if [ ${#missing[@]} -gt 0 ]; then
    say "installing ${missing[*]}"
    update
    DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends \
        -o Dpkg::Use-Pty=0 "${missing[@]}" >/dev/null || die "apt-get could not install: ${missing[*]}"
fi

# yyjson is in Debian 13. On Debian 12 its two packages come from Debian 13 (they need only
# libc >= 2.14), through apt lists of our own, so that the system's sources stay as they are.
yyjson_from_trixie() {
    local dir mirror
    dir=$(mktemp -d)
    trap 'rm -rf "$dir"' RETURN
    mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null |
        grep -v '^ *#' | grep -oE '[a-z+]+://[^ ]*debian/?( |$)' | grep -v security | head -n 1 | tr -d ' ' || true)
    [ -n "$mirror" ] || die "no Debian mirror in /etc/apt/sources.list: add one, or install libyyjson-dev by hand"
    mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
    chmod -R a+rx "$dir"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" >"$dir/sources.list"
    local opts=(-o "Dir::Etc::SourceList=$dir/sources.list" -o Dir::Etc::SourceParts=/dev/null
        -o "Dir::State::Lists=$dir/lists" -o "Dir::Cache=$dir/cache" -o APT::Sandbox::User=root)
    "${as_root[@]}" apt-get update -qq "${opts[@]}" || die "cannot read Debian 13's package list from the mirror this machine uses"
    (cd "$dir" && "${as_root[@]}" apt-get download -qq "${opts[@]}" libyyjson0 libyyjson-dev) ||
        die "cannot download libyyjson-dev from Debian 13"
    chmod a+r "$dir"/*.deb
    DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq -o Dpkg::Use-Pty=0 "$dir"/*.deb >/dev/null ||
        die "cannot install the two yyjson packages"
}
if ! installed libyyjson-dev; then
    say "installing libyyjson-dev"
    update
    if apt-cache show libyyjson-dev >/dev/null 2>&1; then
        DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq libyyjson-dev >/dev/null || die "cannot install libyyjson-dev"
    else
        yyjson_from_trixie
    fi
fi

# What some tests take from npm (test/npm/package.json says what for); without it they skip.
npm_dir=$(cd "$(dirname "$0")/../test/npm" && pwd)
if [ "$lane" = all ] && ! cmp -s "$npm_dir/package-lock.json" "$npm_dir/node_modules/.installed"; then
    say "installing the npm packages of the tests"
    if (cd "$npm_dir" && npm ci --ignore-scripts --silent --no-audit --no-fund) >/dev/null 2>&1; then
        cp "$npm_dir/package-lock.json" "$npm_dir/node_modules/.installed"
    else
        say "npm did not answer: tests that need its packages will say that they skip"
    fi
fi
say "everything is there"
