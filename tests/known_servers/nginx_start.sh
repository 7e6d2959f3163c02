#!/bin/sh
# Writes a configuration for the port in PORT below TMPDIR and becomes nginx. /slow takes three
# seconds: 300239 bytes at 100 KiB a second.
set -e
mkdir -p "$TMPDIR/www"
echo hello >"$TMPDIR/www/index.html"
head -c 300239 /dev/zero >"$TMPDIR/www/slow"
cat >"$TMPDIR/nginx.conf" <<CONF
daemon off;
pid $TMPDIR/nginx.pid;
error_log stderr;
user $(id -un) $(id -gn);
events { worker_connections 64; }
http {
  access_log /dev/stdout;
  client_body_temp_path $TMPDIR/body;
  proxy_temp_path $TMPDIR/proxy;
  fastcgi_temp_path $TMPDIR/fastcgi;
  uwsgi_temp_path $TMPDIR/uwsgi;
  scgi_temp_path $TMPDIR/scgi;
  server {
    listen 127.0.0.1:$PORT;
    root $TMPDIR/www;
    location = /slow { limit_rate 100k; }
  }
}
CONF
exec nginx -e stderr -c "$TMPDIR/nginx.conf"
