import { Duration } from 'aws-cdk-lib';
import { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  Chain, DefinitionBody, IChainable, JsonPath, Map as ForEach, Pass, Result, StateMachine, TaskInput, Wait, WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';

export interface TrafficProps {
  readonly fn: IFunction;
  /** The pauses, each before a call. */
  readonly pauses: Duration[];
  /** What is done first. */
  readonly first?: IChainable;
}

/** A state machine that calls a function again and again, each time for another id. It fails with the first call that does. */
export class Traffic extends StateMachine {
  public constructor(scope: Construct, id: string, { fn, pauses, first }: TrafficProps) {
    const calls = new Pass(scope, `${id}Calls`, {
      result: Result.fromObject({ calls: pauses.map((pause, index) => ({ seconds: pause.toSeconds(), id: `${id}-${index}` })) }),
    });
    const pause = new Wait(scope, `${id}Pause`, { time: WaitTime.secondsPath('$.seconds') });
    const call = new LambdaInvoke(scope, `${id}Call`, { lambdaFunction: fn, payload: TaskInput.fromObject({ id: JsonPath.stringAt('$.id') }) });
    const forEach = new ForEach(scope, `${id}ForEach`, { itemsPath: '$.calls', maxConcurrency: 1, resultPath: JsonPath.DISCARD });
    forEach.itemProcessor(pause.next(call));
    const all = calls.next(forEach);
    super(scope, id, { definitionBody: DefinitionBody.fromChainable(first === undefined ? all : Chain.start(first).next(all)) });
  }
}

/** So many pauses of one length. */
export function every(pause: Duration, times: number): Duration[] {
  return Array.from({ length: times }, () => pause);
}
