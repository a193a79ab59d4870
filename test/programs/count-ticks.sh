# Says its pid and 1, 2, 3 …, a line for each line that it gets from the FIFO $TICKS, whoever else reads there. $1: how many before it ends.
exec 9<>"$TICKS"
n=0
while read -r _ <&9; do
  n=$((n + 1))
  echo "$$ $n"
  [ "$n" != "$1" ] || exit 3
done
