# Ignores SIGTERM, with all that it starts.
trap '' TERM
echo ready
while :; do sleep 100; done
