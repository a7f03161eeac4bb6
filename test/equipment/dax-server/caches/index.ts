export { Clock } from './clock';
export { ExpiringMap } from './expiring-map';
export { ItemCache, UNANSWERED } from './item-cache';
