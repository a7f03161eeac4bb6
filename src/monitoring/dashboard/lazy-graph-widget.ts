import { ConcreteWidget, GraphWidget, GraphWidgetProps } from 'aws-cdk-lib/aws-cloudwatch';

/** Four graphs in a row of CloudWatch's grid. */
const WIDTH = 6;

const HEIGHT = 6;

/**
 * A graph that is rendered when the app is synthesized: policies, which name a function's caches, are added after the function is created,
 * and its memory size may change.
 *
 * @internal
 */
export class LazyGraphWidget extends ConcreteWidget {
  public constructor(private readonly title: string, private readonly draw: () => GraphWidgetProps) {
    super(WIDTH, HEIGHT);
  }

  public toJson(): any[] {
    const graph = new GraphWidget({ ...this.draw(), title: this.title, width: WIDTH, height: HEIGHT });
    graph.position(this.x ?? 0, this.y ?? 0);
    return graph.toJson();
  }
}
