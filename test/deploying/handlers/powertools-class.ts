import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { handler as get } from './plain';

const logger = new Logger({ serviceName: 'shop' });
const metrics = new Metrics({ namespace: 'Shop', serviceName: 'shop' });

class Api {
  @logger.injectLambdaContext()
  @metrics.logMetrics({ captureColdStartMetric: true })
  public async handler(event: { id: string }, _context: Context): Promise<unknown> {
    logger.info('getting', { id: event.id });
    metrics.addMetric('Requests', MetricUnit.Count, 1);
    return get(event);
  }
}

const api = new Api();
export const handler = api.handler.bind(api);
