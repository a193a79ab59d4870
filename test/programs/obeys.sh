# Does what it reads, line by line, from the FIFO $1.
[ -p "$1" ] || mkfifo "$1"
exec 9<>"$1"
echo ready
while read -r order <&9; do eval "$order"; done
