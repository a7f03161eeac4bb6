/** How long the import of a module takes, in milliseconds. Argument: its path. */
async function main(): Promise<void> {
  const startedAt = performance.now();
  await import(process.argv[2]);
  process.send!(performance.now() - startedAt);
  // A library's timers would keep the process alive.
  process.disconnect();
}

void main();
