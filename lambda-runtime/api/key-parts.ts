import { tenantOfInvocation } from '../lambda/invocation.js';

/** Lambda isolates tenants' memory, but not if one process serves many requests; nor does a shared tier. */
export function currentTenant(): string | undefined {
  const tenant = tenantOfInvocation();
  return tenant === undefined ? undefined : escapePart(tenant);
}

/** Escapes the separators in a part of a key. */
export function escapePart(part: string): string {
  return part.replace(/[%:@]/g, encodeURIComponent);
}
