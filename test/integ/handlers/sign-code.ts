import { setTimeout as delay } from 'node:timers/promises';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { callAws } from './aws';

const ATTEMPTS = 60;

/** A custom resource: a copy of some code, signed by AWS Signer. */
export const handler = async ({ RequestType, ResourceProperties }: CloudFormationCustomResourceEvent) => {
  const { profileName, sourceBucket, sourceKey, bucket } = ResourceProperties as unknown as Record<string, string>;
  // The bucket is emptied when it is deleted.
  return RequestType === 'Delete' ? {} : { Data: { key: await sign(profileName, sourceBucket, sourceKey, bucket) } };
};

async function sign(profileName: string, bucketName: string, key: string, destination: string): Promise<string> {
  const { VersionId: version } = await callAws('S3', 'HeadObject', { Bucket: bucketName, Key: key });
  const { jobId } = await callAws('Signer', 'StartSigningJob', {
    source: { s3: { bucketName, key, version } }, destination: { s3: { bucketName: destination, prefix: 'signed-' } }, profileName,
  });
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const job = await callAws<Job>('Signer', 'DescribeSigningJob', { jobId });
    if (job.status === 'Succeeded') return job.signedObject!.s3.key;
    if (job.status === 'Failed') throw new Error(job.statusReason);
    await delay(1_000);
  }
  throw new Error(`The signing job ${jobId as string} takes too long.`);
}

interface Job {
  readonly status: 'InProgress' | 'Failed' | 'Succeeded';
  readonly statusReason?: string;
  readonly signedObject?: { readonly s3: { readonly key: string } };
}
