#!/bin/sh
# /usr/local/bin/jinsheng: the command as the service's user, with the settings of the service.
set -eu
if [ ! -r /etc/jinsheng/environment ]; then
    echo "The settings are for root and jinsheng alone: /etc/jinsheng/environment" >&2
    exit 75 # at which a mail server keeps the mail and tries again
fi
set -a
. /etc/jinsheng/environment
JINSHENG_FOLDER=/var/lib/jinsheng
set +a
if [ "$(id -u)" = 0 ]; then
    exec runuser -u jinsheng -- /opt/jinsheng/bin/jinsheng "$@"
fi
exec /opt/jinsheng/bin/jinsheng "$@"
