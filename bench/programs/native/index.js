// A sweep as users have it: BENCH_JOBS jobs, each with arguments of its own.
const { HeadlessSession } = require("pulumi-skaha");
const { jobs } = require("../jobs");

for (const { name, args } of jobs()) new HeadlessSession(name, args);
