import { describeReal, start } from './fixture';
import { missingParts } from '../../tools/lambda-emulator';

const HELLO = 'let n = 0; export const handler = async (event) => ({ n: ++n, event });';

describeReal('the emulator', () => {
  test('missing parts are named, with the remedy', async () => {
    process.env.LAMBDA_EMULATOR_RIC = '/nowhere';
    process.env.LAMBDA_EMULATOR_NODE_22 = '/nowhere/node';
    try {
      expect(missingParts().join('\n')).toMatch(/aws-lambda-ric.*npm ci[^]*No Node\.js 22 for nodejs22\.x/);
      await expect(start(HELLO)).rejects.toThrow('npm ci');
      delete process.env.LAMBDA_EMULATOR_RIC;
      process.env.LAMBDA_EMULATOR_FAKETIME = '/nowhere';
      await expect(start(HELLO, {}, { fakeMonotonicClock: true })).rejects.toThrow('apt-get install -y faketime');
    } finally {
      delete process.env.LAMBDA_EMULATOR_FAKETIME;
      delete process.env.LAMBDA_EMULATOR_RIC;
      delete process.env.LAMBDA_EMULATOR_NODE_22;
    }
    await expect(start(HELLO, { environment: { AWS_LAMBDA_MAX_CONCURRENCY: '8' } })).rejects.toThrow('ManagedInstances.start()');
    await expect(start(HELLO, { codeDirectory: '/nowhere' })).rejects.toThrow('/nowhere');
  });
});
