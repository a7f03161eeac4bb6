/**
 * Ends the run with one plain line that any CI can read, and tells what was skipped.
 *
 * A skipped test says that this machine lacks a real part (a server, Lambda's runtime client). Whoever works here may go on
 * without it; CI may not: there, a skipped test fails the run.
 */
module.exports = class SummaryReporter {
  onRunComplete(_, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, numPendingTests, testResults }) {
    const skipped = testResults.flatMap((file) => file.testResults.filter(({ status }) => status === 'pending').map(({ fullName }) => fullName));
    if (skipped.length > 0) {
      console.warn(`\nSKIPPED, because this machine lacks what they need:\n${skipped.map((name) => `  ${name}`).join('\n')}`);
      if (process.env.CI) {
        this.error = new Error(`${skipped.length} tests were skipped; CI must run them all.`);
      }
    }
    console.log(`\n${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed, ${numPendingTests} skipped`);
  }

  getLastError() {
    return this.error;
  }
};
