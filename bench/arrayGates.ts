// What has to hold for all jobs in one resource: beside one resource each, beside the fastest plain client, and beside
// itself with a tenth of the jobs. Single jobs take three fifths of the memory by now that they took when these gates were
// set, so that of an array is beside what they took then.
import { type Gate, inMiB, type Judge, undecided } from "./judging";
import { hugeFleet, type Scenario } from "./scenario";

const [own, each, client] = ["pulumi-skaha array", "pulumi-skaha", "canfar async"] as const;
const [few, many, most] = [10, 1_000, 10_000];
/** Without `skaha:concurrency`. */
const connections = 64;
const stateBytes = 300;
/** What single jobs took when these gates were set: unlike time it is much the same on each machine. */
const memoryThen = { up: 5.2 * 2 ** 30, "no change": 6.5 * 2 ** 30 } as const;
const hugePreview = { seconds: 30, bytes: 1.5 * 2 ** 30 };

export function arrayGates(judge: Judge): Gate[] {
  const { against } = judge;
  const times = (
    [
      ["no change", 0.1],
      ["refresh", 0.1],
      ["up", 0.15],
      ["destroy", 0.15],
    ] as const
  ).map(([scenario, factor]) => against(own, each, scenario, [most, 0], [factor]));
  return [
    against(own, client, "up", [many, 300], [0.75]),
    against(own, client, "up", [most, 300], [0.6]),
    besideTheWait(judge),
    ...times,
    memory(judge, "up"),
    memory(judge, "no change"),
    processorTime(judge),
    state(judge),
    ...preview(judge),
    ...(["up", "no change", "refresh", "destroy"] as const).map((scenario) =>
      linear(judge, scenario),
    ),
  ];
}

/** Launches that wait for the server, so many at a time, take this long whoever asks. */
function besideTheWait({ find, missing }: Judge): Gate {
  const allowed = (1.15 * (most * 0.3)) / connections + 6;
  const claim = `${own}, up, N = ${most}, 300 ms: at most 1.15 × (N × latency / ${connections} connections) + 6 s`;
  const found = find(own, "up", most, 300);
  if (!found) return undecided(claim, missing(own, "up", most, 300));
  const { seconds } = found;
  return {
    claim,
    holds: seconds <= allowed,
    found: `${seconds.toFixed(2)} s, allowed ${allowed.toFixed(2)} s`,
  };
}

function memory({ find, missing }: Judge, scenario: keyof typeof memoryThen): Gate {
  const allowed = 0.15 * memoryThen[scenario];
  const claim = `${own}, ${scenario}, N = ${most}, 0 ms: at most 0.15 × the memory of single jobs when this was set, so ${inMiB(allowed)}`;
  const used = find(own, scenario, most, 0)?.peakMemoryBytes;
  if (used === undefined) return undecided(claim, missing(own, scenario, most, 0));
  return { claim, holds: used <= allowed, found: inMiB(used) };
}

function processorTime({ find, missing }: Judge): Gate {
  const factor = 1.5;
  const claim = `${own}, up, N = ${most}, 300 ms: at most ${factor} × the CPU of ${client}`;
  const [mine, theirs] = [find(own, "up", most, 300), find(client, "up", most, 300)];
  const [used, other] = [mine?.cpuSeconds, theirs?.cpuSeconds];
  if (used === undefined || other === undefined) {
    return undecided(claim, missing(mine ? client : own, "up", most, 300));
  }
  const ratio = (used / other).toFixed(3);
  return {
    claim,
    holds: used <= factor * other,
    found: `${inSeconds(used)} of ${inSeconds(other)} (${ratio} ×)`,
  };
}

function state({ find, missing }: Judge): Gate {
  const claim = `${own}: at most ${stateBytes} bytes of state for each job that has not ended, N = ${most}`;
  const bytes = find(own, "no change", most, 0)?.stateBytesPerJob;
  if (bytes === undefined) return undecided(claim, missing(own, "no change", most, 0));
  return { claim, holds: bytes <= stateBytes, found: `${Math.round(bytes)} bytes` };
}

/** Only where `--huge` measured it. */
function preview({ find }: Judge): Gate[] {
  const found = find(own, "preview", hugeFleet, 0);
  if (!found) return [];
  const { seconds, peakMemoryBytes: bytes } = found;
  const claim = `${own}, preview without a change, N = ${hugeFleet}: at most ${hugePreview.seconds} s and ${inMiB(hugePreview.bytes)}`;
  if (bytes === undefined) return [undecided(claim, "its memory is not known on this system")];
  return [
    {
      claim,
      holds: seconds <= hugePreview.seconds && bytes <= hugePreview.bytes,
      found: `${inSeconds(seconds)}, ${inMiB(bytes)}`,
    },
  ];
}

/** In processor time, without what ten jobs cost: that is constant. */
function linear({ find, missing }: Judge, scenario: Scenario): Gate {
  const claim = `${own}, ${scenario}, 0 ms: ${most} jobs cost at most 11 × the CPU of ${many}, each without that of ${few}`;
  const costs: number[] = [];
  for (const jobs of [few, many, most]) {
    const cost = find(own, scenario, jobs, 0)?.cpuSeconds;
    if (cost === undefined) return undecided(claim, missing(own, scenario, jobs, 0));
    costs.push(cost);
  }
  const [constant = 0, some = 0, all = 0] = costs;
  const [less, more] = [some - constant, all - constant];
  return {
    claim,
    holds: more <= 11 * less,
    found: `${inSeconds(more)} against ${inSeconds(less)} (${(more / less).toFixed(1)} ×)`,
  };
}

function inSeconds(seconds: number): string {
  return `${seconds.toFixed(2)} s`;
}
