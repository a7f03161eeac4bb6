// Preloaded into every process of a function: its wall clock is ahead of the real one by the number in a file, which the test writes. The real one
// goes on meanwhile, or stands still.
const { openSync, readSync } = require('node:fs');

const file = openSync(process.env.TEST_CLOCK, 'r');
const ahead = Buffer.alloc(8);
const RealDate = Date;
const start = RealDate.now();
const real = process.env.TEST_CLOCK_STANDS === undefined ? () => RealDate.now() : () => start;

function now() {
  readSync(file, ahead, 0, 8, 0);
  return real() + ahead.readDoubleLE();
}

globalThis.Date = class Date extends RealDate {
  constructor(...args) {
    super(...(args.length === 0 ? [now()] : args));
  }

  static now() {
    return now();
  }
};
