#!/usr/bin/env bash
# Follows one upload with curl to its end, over any number of lost connections:
#   follow.sh URL TOKEN        such as follow.sh http://localhost:8080/status/ID "$(./headway token --sub ann)"
# curl reads a stream but knows no events: where it was and when to come back this keeps itself.
set -uo pipefail
url=$1 token=$2 last='' pause=1
while :; do
  resume=()
  if [ -n "$last" ]; then resume=(-H "Last-Event-ID: $last"); fi
  while IFS= read -r line; do
    case $line in
      'id: '*) id=${line#id: } ;;
      'retry: '*) pause=$(awk "BEGIN { print ${line#retry: } / 1000 }") ;;
      'data: '*) data=${line#data: } ;;
      'HTTP-STATUS 204') exit 0 ;; # there is nothing more to come
      'HTTP-STATUS 200' | 'HTTP-STATUS 000') ;; # the stream ended, or was cut
      'HTTP-STATUS 429' | 'HTTP-STATUS '5??) pause=5 ;; # a node that goes, or a proxy without one
      'HTTP-STATUS '*)
        printf '%s\n' "$line" >&2
        exit 1
        ;;
      '') # only what ends with an empty line is an event
        if [ -n "${data:-}" ]; then
          printf '%s\n' "$data"
          last=${id:-$last}
        fi
        id='' data=''
        ;;
    esac
  done < <(curl -sN -H "Authorization: Bearer $token" -H 'Accept: text/event-stream' ${resume[@]+"${resume[@]}"} \
    -w '\nHTTP-STATUS %{http_code}\n' "$url")
  id='' data=''
  sleep "$pause"
done
