#!/bin/sh
# One line at once, then silence.
echo "good morning"
exec sleep 600
