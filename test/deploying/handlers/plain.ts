import { cached } from 'cdk-cached-function/runtime';

let loads = 0;

const thing = cached('thing', async (id: string) => ({ id, load: ++loads }));

export const handler = async ({ id }: { id: string }) => thing(id);
