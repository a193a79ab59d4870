# The same, 200 lines of about 1,000 bytes for each line that it gets from the FIFO $BURSTS.
exec 9<>"$BURSTS"
n=0
while read -r _ <&9; do
  awk -v pid=$$ -v n=$n 'BEGIN { rest = sprintf("%985s", ""); for (i = n + 1; i <= n + 200; i++) print pid, i rest }'
  n=$((n + 200))
done
