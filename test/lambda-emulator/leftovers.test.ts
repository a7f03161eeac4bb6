import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeReal, functionOf, start } from './fixture';
import { pidsWithParent, processGone, processStopped } from './processes';
import { temporaryDirectory } from '../equipment/node-process';

const ROOT = join(__dirname, '..', '..');

describeReal('the emulator', () => {
  test('stop() leaves neither processes nor files behind', async () => {
    const emulator = await start(`
      import { spawn } from 'node:child_process';
      export const handler = async () => { const child = spawn('sleep', ['1000']); return [process.pid, child.pid, process.env.LAYERED]; };
    `, { layerDirectories: [temporaryDirectory({ file: '' })], environment: { LAYERED: '/opt/file' } });
    const [pid, childPid, layered] = (await emulator.invoke({})).payload as [number, number, string];
    expect(existsSync(layered)).toBe(true);
    expect(pidsWithParent(process.pid)).toContain(pid);
    const others = Promise.allSettled([emulator.invoke({}), emulator.invoke({})]);
    await emulator.stop();
    await others;
    expect(existsSync(`/proc/${pid}`)).toBe(false);
    expect(existsSync(layered)).toBe(false);
    await processGone(childPid);
    await expect(emulator.invoke({})).rejects.toThrow('stopped');
  });

  test('environments end with a process that had no time to stop them', async () => {
    const directory = temporaryDirectory();
    const script = join(directory, 'killed.ts');
    writeFileSync(script, `
      import { LambdaEmulator } from ${JSON.stringify(join(ROOT, 'tools', 'lambda-emulator'))};
      LambdaEmulator.start(${JSON.stringify(functionOf('export const handler = async () => process.pid;'))})
        .then((emulator) => emulator.invoke({})).then(({ payload }) => console.log(payload));
    `);
    const owner = spawn(process.execPath, ['--import', 'tsx', script], {
      cwd: ROOT, env: { ...process.env, TMPDIR: directory }, stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = Number((await once(owner.stdout, 'data'))[0]);
    await processStopped(pid);
    owner.kill('SIGKILL');
    await processGone(pid);
  });
});
