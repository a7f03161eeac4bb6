import { Integ } from './integ';
import { ServerlessCache } from 'cdk-cached-function';

/** Valkey serverless: IAM tokens, TLS, the cluster protocol and the commands that its users may call. */

const integ = new Integ('Serverless');
const vpc = integ.isolatedVpc();
integ.expectSharing(new ServerlessCache(integ.stack, 'Cache', { vpc }), { vpc });
