/**
 * Fields with which a client can make a handler build other URLs or use another host. They are in the key of a request that has them, so
 * that a client can only poison its own responses.
 */
export const ADDRESS_FIELDS = [
  'forwarded', 'x-forwarded-host', 'x-forwarded-prefix', 'x-forwarded-scheme', 'x-forwarded-server', 'x-forwarded-ssl',
  'x-host', 'x-http-host-override', 'x-original-url', 'x-rewrite-url', 'front-end-https',
];

/** Fields that override the method of a GET. */
export const METHOD_FIELDS = ['x-http-method-override', 'x-http-method', 'x-method-override'];

/** Fields that contain credentials, or represent them. */
export const CREDENTIAL_FIELDS = ['authorization', 'proxy-authorization', 'x-api-key', 'x-auth-token', 'x-access-token', 'x-amz-security-token'];

/** The fields that an Application Load Balancer adds after it has authenticated a client, by OpenID Connect or by certificate. */
export const ALB_FIELDS = ['x-amzn-oidc-identity', 'x-amzn-oidc-data', 'x-amzn-oidc-accesstoken'];
export const ALB_CERTIFICATE_FIELDS = [
  'x-amzn-mtls-clientcert', 'x-amzn-mtls-clientcert-leaf', 'x-amzn-mtls-clientcert-serial-number', 'x-amzn-mtls-clientcert-subject',
];

const SPECIAL: ReadonlySet<string> = new Set([...ADDRESS_FIELDS, ...METHOD_FIELDS, ...CREDENTIAL_FIELDS, ...ALB_FIELDS, ...ALB_CERTIFICATE_FIELDS]);

/** Whether a field is one of these. Most requests have none. */
export function isSpecial(lowerCase: string): boolean {
  return SPECIAL.has(lowerCase);
}
