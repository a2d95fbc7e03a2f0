// What a wrapper does for a job alone it does for a job in a pack: all of its own claims, with each job in a pack.
process.env.SKAHA_TEST_IN_PACKS = "1";

for (const name of ["command", "files", "outputs", "signals", "statuses", "trouble"]) {
  describe(`in packs, ${name}`, () => {
    require(`../provider/record/wrapper/${name}.test`);
  });
}
