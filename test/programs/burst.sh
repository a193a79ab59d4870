# Writes many numbered lines at once and ends. $1: how many.
i=0
while [ "$i" -lt "$1" ]; do i=$((i + 1)); echo "line $i"; done
