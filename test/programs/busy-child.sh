# A shell that does nothing but wait for a child that computes for ever.
sh -c 'while :; do :; done' &
echo ready
wait
