/**
 * The address family of an ElastiCache cache. A change replaces the cache.
 */
export enum CacheNetworkType {
  /** IPv4 only. */
  IPV4 = 'ipv4',

  /** IPv6 only: the functions need subnets with IPv6, and `ipv6AllowedForDualStack`. */
  IPV6 = 'ipv6',

  /** Both; the cache's subnets must have both. */
  DUAL_STACK = 'dual_stack',
}
