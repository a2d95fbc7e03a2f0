// BENCH_JOBS jobs of one second each.
const { HeadlessSession } = require("pulumi-skaha");

for (let index = 0; index < Number(process.env.BENCH_JOBS); index += 1) {
  new HeadlessSession(`nap-${index}`, {
    image: "images.canfar.net/skaha/terminal:1.1.2",
    cmd: "sleep 1",
    cores: 1,
    ram: 1,
  });
}
