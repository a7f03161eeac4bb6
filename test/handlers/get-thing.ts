import { cached } from 'cdk-cached-function/runtime';

const thing = cached('thing', async (id: string) => ({ id }));

export const handler = async (event: { id: string }) => thing(event.id);
