import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';

/** A product's page behind an HTTP API. It knows of no cache: its responses state how long they hold. */
export const handler = async ({ rawPath, requestContext }: APIGatewayProxyEventV2WithJWTAuthorizer) => {
  if (requestContext.http.method !== 'GET') {
    return { statusCode: 204 };
  }
  const product = await (await fetch(`${process.env.PRODUCT_API}${rawPath}`)).json() as { name: string; version: number };
  const user = requestContext.authorizer.jwt.claims.sub as string;
  return {
    statusCode: 200,
    headers: { 'content-type': 'text/html', 'cache-control': 'max-age=60', 'etag': `"${product.version}"` },
    body: `<h1>${product.name}, edition ${product.version}</h1><p>For you, ${user}.</p>`,
  };
};
