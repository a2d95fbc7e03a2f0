// The jobs that all contestants launch: BENCH_JOBS of them, in the edition BENCH_EDITION of their arguments.
exports.jobs = () => {
  const count = Number(process.env.BENCH_JOBS);
  const edition = process.env.BENCH_EDITION ?? "1";
  return Array.from({ length: count }, (_, index) => ({
    name: `band-${String(index).padStart(4, "0")}`,
    args: {
      image: "images.canfar.net/skaha/astroml:24.07",
      cmd: "python",
      args: [
        "/arc/projects/survey/search.py",
        `--band=${index}`,
        `--edition=${edition}`,
        `--out=/arc/projects/survey/results/${edition}/${index}.fits`,
      ],
      env: { PROCESSING_THREADS: "2", SURVEY: "deep" },
      cores: 2,
      ram: 8,
    },
  }));
};
