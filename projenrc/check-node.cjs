// The first step of every task: to say at once what is missing, rather than to fail later and oddly.
const NEEDED = 24;
const [major] = process.versions.node.split('.').map(Number);
if (major < NEEDED) {
  console.error(
    `The tasks of this project run on Node.js ${NEEDED}; this is ${process.version} (${process.execPath}).\n`
    + `\`npm ci\` brings Node.js ${NEEDED} for Linux, macOS and Windows on x64, and for Linux and macOS on arm64, unless optional dependencies are\n`
    + `left out (--omit=optional). Elsewhere install Node.js ${NEEDED}; then start the task with npx, which looks in node_modules/.bin first.`,
  );
  process.exitCode = 1;
}
