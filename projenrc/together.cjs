// Runs commands beside each other; prints what each wrote when it ends, and fails if any of them fails.
const { spawn } = require('node:child_process');

for (const command of process.argv.slice(2)) {
  const started = Date.now();
  const child = spawn(command, { shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = [];
  child.stdout.on('data', (chunk) => output.push(chunk));
  child.stderr.on('data', (chunk) => output.push(chunk));
  child.on('close', (code) => {
    console.log(`${Buffer.concat(output)}${command}: ${code === 0 ? 'done' : `exit code ${code}`} in ${Math.round((Date.now() - started) / 1_000)} s`);
    process.exitCode ||= code ?? 1;
  });
}
