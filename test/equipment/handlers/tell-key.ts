import { cached } from 'cdk-cached-function/runtime';

const thing = cached('thing', async (id: string) => ({ id }), { valueVersion: '2' });

export const handler = async ({ id }: { id: string }) => ({ key: thing.keyOf(id) });
