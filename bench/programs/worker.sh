#!/bin/sh
# worker.c for a machine without a C compiler: the same arguments, the same records, slower.
tally=$1 id=$2

note() {
  printf '%-5s %6d %8d %19s\n' "$1" "$id" $$ "$(date +%s%N)" >> "$tally"
}

finish() {
  note end
  kill "$nap"
  exit "$1"
}

note start
[ "$3" = fail ] && exit 1
sleep 3600 &
nap=$!
trap 'finish 0' TERM INT HUP
trap 'finish 1' USR1
wait "$nap"
