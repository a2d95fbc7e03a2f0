#!/usr/bin/env bash
# Snakemake 9.27.0: a wildcard whose value has a comma works with local jobs. With an executor that submits jobs, here
# cluster-generic 1.0.9, each of them fails before its command begins: the job is named to its own Snakemake by
# `--target-jobs rule:wildcard=value`, in which a comma parts wildcards, and the value's own is not told from it. Every
# attempt is submitted, and fails; nothing is said of it before.
# Needs python3 (3.11 or newer) with venv.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat >Snakefile <<'TEXT'
rule all:
    input: "line_H,K.txt"
rule measure:
    output: "line_{lines}.txt"
    shell: "echo measured > {output:q}"
TEXT
printf '#!/bin/sh\necho submitted >> jobs.txt\nsh "$1" > job.log 2>&1 || true\necho 1\n' >submit
printf '#!/bin/sh\ntest -f "line_H,K.txt" && echo success || echo failed\n' >status
chmod +x submit status

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check snakemake==9.27.0 snakemake-executor-plugin-cluster-generic==1.0.9
export HOME=$folder XDG_CACHE_HOME=$folder/cache

{
  venv/bin/snakemake --cores 1 --quiet all >local.log 2>&1 && echo "local jobs: $(cat line_H,K.txt)"
  rm -r line_H,K.txt .snakemake
  venv/bin/snakemake --executor cluster-generic --jobs 1 --retries 1 --quiet all --latency-wait 1 \
    --seconds-between-status-checks 1 --cluster-generic-submit-cmd "$folder/submit" \
    --cluster-generic-status-cmd "$folder/status" >remote.log 2>&1 || echo "jobs elsewhere: ended with $?"
  echo "submitted: $(grep -c submitted jobs.txt)"
  grep -o 'Invalid target wildcards definition' job.log | head -n 1
} | tee seen

diff seen - <<'TEXT'
local jobs: measured
jobs elsewhere: ended with 1
submitted: 2
Invalid target wildcards definition
TEXT
