/**
 * Ends a run with one plain line that any CI can read, and above it a table of what this machine lacks if tests were skipped.
 *
 * Skipping is for the machines of those who work here; in CI, a skipped test fails the run.
 */
module.exports = class SummaryReporter {
  onRunComplete(_, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, numPendingTests, testResults }) {
    if (numPendingTests > 0) {
      const files = testResults.filter(({ numPendingTests: skipped }) => skipped > 0);
      console.warn(`\n${numPendingTests} tests in ${files.length} files were skipped.\n${tableOfMissing() ?? listOf(files)}`);
      if (process.env.CI) {
        this.error = new Error(`${numPendingTests} tests were skipped; CI must run them all.`);
      }
    }
    console.log(`\n${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed, ${numPendingTests} skipped`);
  }

  getLastError() {
    return this.error;
  }
};

function tableOfMissing() {
  require('tsx/cjs');
  const rows = require('./missing-here.ts').missingHere().map((message) => {
    const [, part, command] = /^(?:There is no )?(.*?): (.*?)\.?$/s.exec(message) ?? [undefined, message, ''];
    return [part.replaceAll(', no ', ', '), command];
  });
  if (rows.length === 0) {
    return undefined;
  }
  const width = Math.max(...rows.map(([part]) => part.length));
  return [['This machine lacks', 'What brings it'], ['', ''], ...rows]
    .map(([part, command], i) => i === 1 ? `${'-'.repeat(width)}  ${'-'.repeat(40)}` : `${part.padEnd(width)}  ${command}`).join('\n');
}

/** Nothing is missing: somebody wrote `skip`, or named a part of the tests. */
function listOf(files) {
  return files.flatMap(({ testResults }) => testResults).filter(({ status }) => status === 'pending').map(({ fullName }) => `  ${fullName}`).join('\n');
}
