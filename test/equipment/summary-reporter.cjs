const { relative } = require('node:path');

/**
 * Ends a run with one plain line that any CI can read. Above it are a table of the tools that this machine lacks if tests were skipped, and
 * in CI the seconds of each suite.
 *
 * Skipping is for developers' machines; in CI, a skipped test fails the run.
 */
module.exports = class SummaryReporter {
  onRunComplete(_, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, numPendingTests, testResults, startTime }) {
    if (process.env.CI) {
      console.log(`\n${tableOfSeconds(testResults, startTime)}`);
    }
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

function tableOfSeconds(testResults, startTime) {
  const suites = testResults.map(({ testFilePath, perfStats: { start, end } }) => [relative(process.cwd(), testFilePath), (end - start) / 1_000])
    .sort(([, one], [, other]) => other - one);
  const sum = suites.reduce((total, [, seconds]) => total + seconds, 0);
  const rows = [...suites, ['All suites', sum], ['From start to end', (Date.now() - startTime) / 1_000]];
  return ['Seconds  Suite', '-------  -----', ...rows.map(([name, seconds]) => `${seconds.toFixed(1).padStart(7)}  ${name}`)].join('\n');
}

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

/** No tool is missing: a test has `skip`, or only a part of the tests was selected. */
function listOf(files) {
  return files.flatMap(({ testResults }) => testResults).filter(({ status }) => status === 'pending').map(({ fullName }) => `  ${fullName}`).join('\n');
}
