// The order of test files: those that run a real engine first. They are short and take a minute each, so that Jest,
// which begins with the largest files where it has not run yet, would be left with one of them at the end.
const { default: Sequencer } = require("@jest/test-sequencer");

const slow = /[\\/]test[\\/](chaos|demo|engine|long)[\\/]/;

module.exports = class SlowFirst extends Sequencer {
  /** @param {import("@jest/test-result").Test[]} tests */
  sort(tests) {
    const sorted = super.sort(tests);
    const isSlow = ({ path }) => slow.test(path);
    return [...sorted.filter(isSlow), ...sorted.filter((test) => !isSlow(test))];
  }
};
