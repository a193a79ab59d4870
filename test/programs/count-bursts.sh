# The same, 200 lines of 1,000 bytes for each line that it gets from the FIFO $BURSTS.
exec 9<>"$BURSTS"
n=0
while read -r _ <&9; do
  awk -v pid=$$ -v n=$n 'BEGIN { for (i = n + 1; i <= n + 200; i++) printf "%-999s\n", pid " " i }'
  n=$((n + 200))
done
