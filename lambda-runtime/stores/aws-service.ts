/** The credentials of the function's role, which Lambda passes to the process. */
export function credentialsOf(environment: NodeJS.ProcessEnv): { accessKeyId?: string; secretAccessKey?: string; sessionToken?: string } {
  return {
    accessKeyId: environment.AWS_ACCESS_KEY_ID,
    secretAccessKey: environment.AWS_SECRET_ACCESS_KEY,
    sessionToken: environment.AWS_SESSION_TOKEN,
  };
}

/**
 * The endpoint of an AWS service.
 *
 * @param service its name in the host name
 * @param variable its name in the environment variable with which the SDKs override the endpoint
 */
export function urlOf(service: string, variable: string, region: string, environment: NodeJS.ProcessEnv): URL {
  const custom = environment[`AWS_ENDPOINT_URL_${variable}`] ?? environment.AWS_ENDPOINT_URL;
  return new URL(custom ?? `https://${service}.${region}.${region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'}/`);
}
