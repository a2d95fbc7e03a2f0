// Declares the jobs that CHAOS_JOBS describes (`JobSpec` in plan.ts): a sweep of those that wait for nothing,
// and one of those that wait for some of the first.
const pulumi = require("@pulumi/pulumi");
const { Sweep } = require("pulumi-skaha");

const jobs = JSON.parse(process.env.CHAOS_JOBS ?? "[]");
const config = new pulumi.Config();
// Whether each stage is one resource, and its jobs share sessions.
const isPacked = process.env.CHAOS_FORM === "packs";
// Of the first stage: how many at a time, and when it stops.
const limits = JSON.parse(process.env.CHAOS_LIMITS ?? "{}");
const array = isPacked || process.env.CHAOS_FORM === "array";

// Ends once its gate is there, with the exit status that is meant for this attempt.
const script = `
gate=$1 exits=$2
while [ ! -e "$gate" ]; do sleep 0.5; done
IFS=,
set -- $exits
[ "$SKAHA_ATTEMPT" -gt $# ] && exit 0
shift $((SKAHA_ATTEMPT - 1))
echo "attempt $SKAHA_ATTEMPT ends with $1"
exit $1
`;

// The same, and it writes down when it begins and ends, and whether it runs elsewhere at the same time.
const truthful = `
gate=$1 exits=$2 truth=$4
say() { echo "$1 $skaha_sessionid $SKAHA_JOB_ID $SKAHA_ATTEMPT $(date +%s%3N) $2" >>"$truth"; }
over() { say end $1; rm -f "$truth.$SKAHA_JOB_ID"; exit $1; }
say begin $$
other=
[ -e "$truth.$SKAHA_JOB_ID" ] && read -r other <"$truth.$SKAHA_JOB_ID"
[ "$other" ] && grep -qs truth /proc/$other/cmdline && say double $other
echo $$ >"$truth.$SKAHA_JOB_ID"
trap 'over 143' TERM
while [ ! -e "$gate" ]; do sleep 0.5; done
IFS=,
set -- $exits
[ "$SKAHA_ATTEMPT" -gt $# ] && over 0
shift $((SKAHA_ATTEMPT - 1))
echo "attempt $SKAHA_ATTEMPT ends with $1"
over $1
`;

function sweep(name, own, predecessors) {
  return new Sweep(name, {
    array,
    ...(isPacked && { pack: { jobs: 3, parallel: 2 }, cores: 1, ram: 1 }),
    over: own.map(({ key }) => ({ job: key })),
    allowEmpty: true,
    ...(name === "first" && limits),
    image: "images.canfar.net/skaha/terminal:1.1.2",
    script: isPacked ? truthful : script,
    job: ({ job }) => {
      const { key, version, exits, retry, record, logs, secret, after } = own.find(
        (one) => one.key === job,
      );
      return {
        args: [
          `/arc/projects/chaos/gate-${key}`,
          exits.join(","),
          version,
          ...(isPacked ? ["/arc/projects/chaos/truth"] : []),
        ],
        ...(retry && { retry }),
        ...((record || isPacked) && { record: "/arc/projects/chaos/.jobs" }),
        ...(logs && { logs: "logs" }),
        ...(secret && { env: { MARK: config.requireSecret("mark") } }),
        ...(after.length > 0 && { after: predecessors(after) }),
      };
    },
  });
}

const first = sweep(
  "first",
  jobs.filter(({ stage }) => stage === "first"),
  () => [],
);
const declared = new Set(jobs.map(({ key }) => key));
sweep(
  "second",
  jobs.filter(({ stage }) => stage === "second"),
  (after) => after.filter((key) => declared.has(key)).map((key) => first.job({ job: key })),
);
