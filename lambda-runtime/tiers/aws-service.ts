/** The function's role, as Lambda gives it to the process. */
export function credentialsOf(environment: NodeJS.ProcessEnv): { accessKeyId?: string; secretAccessKey?: string; sessionToken?: string } {
  return {
    accessKeyId: environment.AWS_ACCESS_KEY_ID,
    secretAccessKey: environment.AWS_SECRET_ACCESS_KEY,
    sessionToken: environment.AWS_SESSION_TOKEN,
  };
}

/**
 * Where a service of AWS is.
 *
 * @param service as in its host name
 * @param variable as in the name of the variable by which the SDKs are told of another address
 */
export function urlOf(service: string, variable: string, region: string, environment: NodeJS.ProcessEnv): URL {
  const custom = environment[`AWS_ENDPOINT_URL_${variable}`] ?? environment.AWS_ENDPOINT_URL;
  return new URL(custom ?? `https://${service}.${region}.${region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'}/`);
}
