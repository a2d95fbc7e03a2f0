// Required by every Node process of a run through NODE_OPTIONS: its clock begins at OUTPUT_CLOCK (ms since 1970) and goes
// on from there, so that each run shows the same times.
const start = Number(process.env.OUTPUT_CLOCK);
if (Number.isFinite(start)) {
  const RealDate = Date;
  const now = () => start + Math.floor(performance.now());
  globalThis.Date = class extends RealDate {
    constructor(...given) {
      if (given.length === 0) super(now());
      else super(...given);
    }
    static now() {
      return now();
    }
  };
}
