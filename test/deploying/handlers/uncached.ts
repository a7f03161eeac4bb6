let calls = 0;

/** Never imports the runtime. */
export const handler = async ({ id }: { id: string }) => ({ id, load: ++calls });
