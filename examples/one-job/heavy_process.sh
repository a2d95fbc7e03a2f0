#!/bin/sh
# Sorts the numbers of a file.
set -e
mkdir -p "$2"
sort -n "$1" > "$2/sorted.txt"
echo "sorted with ${PROCESSING_THREADS:-1} threads"
