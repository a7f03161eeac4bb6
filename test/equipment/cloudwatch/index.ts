/**
 * The parts of CloudWatch that our dashboards and alarms need: takes lines of the embedded metric format, and returns the data that their
 * graphs would show.
 */
export { drawDashboard, isGraph, type DrawnLine, type Graph, type Heading } from './dashboard';
export { evaluate, type MathScope } from './metric-math';
export { MetricStore, type Periods } from './metric-store';
export type { Series } from './series';
