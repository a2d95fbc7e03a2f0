#!/usr/bin/env bash
# curl.sh SCENARIO: one request after the other; the sessions' ids are kept in `ids`.
set -eu

ask() { curl --silent --show-error --fail --header "Authorization: Bearer $CANFAR_TOKEN" "$@"; }

launch() {
  : >ids
  for ((i = 0; i < BENCH_JOBS; i++)); do
    ask "$CANFAR_URL/session" \
      --data-urlencode "name=band-$i" --data-urlencode "type=headless" \
      --data-urlencode "image=images.canfar.net/skaha/astroml:24.07" \
      --data-urlencode "cmd=python" \
      --data-urlencode "args=/arc/projects/survey/search.py --band=$i --edition=1 --out=/arc/projects/survey/results/1/$i.fits" \
      --data-urlencode "env=PROCESSING_THREADS=2" --data-urlencode "env=SURVEY=deep" \
      --data-urlencode "cores=2" --data-urlencode "ram=8" >>ids
  done
}

cancel() {
  while read -r id; do ask --request DELETE "$CANFAR_URL/session/$id"; done <ids
}

case $1 in
  up) launch ;;
  refresh) ask "$CANFAR_URL/session?type=headless" >/dev/null ;;
  "replace all") cancel && launch ;;
  destroy) cancel ;;
esac
