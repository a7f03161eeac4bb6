/**
 * As much of CloudWatch as our dashboards and alarms ask of it: takes lines of the embedded metric format, and answers with what their
 * graphs would show.
 */
export { drawDashboard, isGraph, type DrawnLine, type Graph, type Heading } from './dashboard';
export { evaluate, type MathScope } from './metric-math';
export { MetricStore, type Periods } from './metric-store';
export type { Series } from './series';
