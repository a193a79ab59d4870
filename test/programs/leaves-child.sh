# Starts a child that ignores SIGTERM, waits until it does, and ends with code $1.
mkfifo "$2" && (trap '' TERM; echo ready > "$2"; while :; do sleep 100; done) &
while [ ! -p "$2" ]; do :; done
read -r _ < "$2"
exit "$1"
