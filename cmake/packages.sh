# The Debian packages that Twelve needs, and why. Read by ./run and ./test; nothing else installs.
# shellcheck shell=sh disable=SC2034

# To build: compiler, build tools, libraries.
#   libimgui-dev libglfw3-dev libgl-dev libegl-dev libfreetype-dev libstb-dev  the window
#   libcpp-httplib-dev nlohmann-json3-dev libsqlite3-dev                       the reference service
#   libpq-dev libhiredis-dev libcurl4-openssl-dev libpugixml-dev               its backing services
#   libarchive-dev libsodium-dev                                              releases: slugs and their seals
#   libfmt-dev libcli11-dev libre2-dev libmd4c-dev                             texts, options, patterns
packages_build="g++ cmake ninja-build pkg-config ccache git
libimgui-dev libglfw3-dev libgl-dev libegl-dev libfreetype-dev libstb-dev
libcpp-httplib-dev nlohmann-json3-dev libsqlite3-dev
libpq-dev libhiredis-dev libcurl4-openssl-dev libpugixml-dev
libarchive-dev libsodium-dev
libfmt-dev libcli11-dev libre2-dev libmd4c-dev"

# To run the window: software rendering where there is no graphics driver, and the fonts.
packages_run="libgl1-mesa-dri fonts-inter fonts-jetbrains-mono fonts-font-awesome"

# To test: a second compiler, linters, a virtual screen, and servers that nobody here wrote.
#   postgresql redis-server  run as private instances by harness/backing; never as the machine's
packages_test="libgtest-dev libgmock-dev clang-14 clang-tidy-14 clang-format-14 libclang-rt-14-dev
shellcheck xvfb xdotool x11-utils imagemagick strace curl procps
libxml2-utils
python3 python3-flask gunicorn nginx-light haproxy puma ruby php-cli nodejs npm
postgresql redis-server"

# Prints those of its arguments that are not installed.
packages_missing() {
  # shellcheck disable=SC2046
  for package in "$@"; do
    case "$package" in
      # Any Node will do, also one from elsewhere, which brings its own npm.
      nodejs) command -v node >/dev/null 2>&1 && continue ;;
      npm) command -v npm >/dev/null 2>&1 && continue ;;
    esac
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
  done
}

# Installs its arguments, as root or through sudo, without starting any server that they bring.
packages_install() {
  if [ "$(id -u)" = 0 ]; then as_root=; else as_root=sudo; fi
  if [ -n "$as_root" ] && ! command -v sudo >/dev/null 2>&1; then
    echo "Installing needs root or sudo. As root: apt-get install --no-install-recommends $*" >&2
    return 1
  fi
  policy=/usr/sbin/policy-rc.d
  made_policy=
  if [ ! -e "$policy" ]; then
    made_policy=yes
    printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null && $as_root chmod 755 "$policy"
  fi
  $as_root apt-get update -qq &&
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" \
      >"${TMPDIR:-/tmp}/twelve-apt.$$" 2>&1
  result=$?
  [ $result = 0 ] || tail -n 20 "${TMPDIR:-/tmp}/twelve-apt.$$" >&2
  rm -f "${TMPDIR:-/tmp}/twelve-apt.$$"
  [ -z "$made_policy" ] || $as_root rm -f "$policy"
  return $result
}
