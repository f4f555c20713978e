#!/usr/bin/env bash
# Installs what tests need, where it is missing and may be installed: Chromium, a Chinese font, and curl for the tour.
set -euo pipefail
wanted=()
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || wanted+=(chromium)
command -v fc-list >/dev/null || wanted+=(fontconfig)
{ command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh-cn family)" ]; } || wanted+=(fonts-noto-cjk)
command -v curl >/dev/null || wanted+=(curl)
[ ${#wanted[@]} -eq 0 ] && exit 0
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! sudo -n true 2>/dev/null; then
    echo "The tests need: ${wanted[*]}. Have somebody install them: apt-get install ${wanted[*]}" >&2
    exit 1
  fi
  as_root=(sudo -n)
fi
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${wanted[@]}"
