/** Jest's order of suites: the slowest first, so that the last worker does not end long after the others, on a machine that has run none yet. */
const { existsSync } = require('node:fs');
const { join, relative, sep } = require('node:path');
const Sequencer = require('@jest/test-sequencer').default;
const seconds = require('./slow-suites.json');

const ROOT = join(__dirname, '..', '..');

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const gone = Object.keys(seconds).filter((path) => !existsSync(join(ROOT, path)));
    if (process.env.CI && gone.length > 0) {
      throw new Error(`test/equipment/slow-suites.json names suites that are not there: ${gone.join(', ')}. Rename or remove them.`);
    }
    const secondsOf = ({ path }) => seconds[relative(ROOT, path).split(sep).join('/')] ?? 0;
    // Stable: suites that are not listed keep jest's own order.
    return super.sort(tests).sort((one, other) => secondsOf(other) - secondsOf(one));
  }
};
