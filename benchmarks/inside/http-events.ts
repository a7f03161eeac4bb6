/** Events of a browser's request, as its services send them. */
const HEADERS = {
  'accept': 'application/json',
  'accept-encoding': 'gzip, deflate, br',
  'accept-language': 'en-GB,en;q=0.9',
  'host': 'abc123.execute-api.eu-west-1.amazonaws.com',
  'sec-fetch-mode': 'cors',
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  'x-amzn-trace-id': 'Root=1-65f00000-000000000000000000000000',
  'x-forwarded-for': '192.0.2.1',
  'x-forwarded-port': '443',
  'x-forwarded-proto': 'https',
};

const CLIENT = { path: '/items/7', query: { a: '1', b: '2' } };

const linesOf = (fields: Record<string, string>) => Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, [value]]));

/** As HTTP/1.1 clients spell names, which REST APIs pass on: `X-Forwarded-For`. */
const spelled = Object.fromEntries(Object.entries(HEADERS).map(([name, value]) => [name.replace(/\b\w/g, (letter) => letter.toUpperCase()), value]));

const loadBalanced = {
  requestContext: { elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/items/49e9d65c45c6791a' } },
  httpMethod: 'GET',
  path: CLIENT.path,
  body: '',
  isBase64Encoded: false,
};

/** The same request, in each form that Lambda has for it. */
export const EVENTS = {
  httpApi: {
    version: '2.0',
    routeKey: 'GET /items/{id}',
    rawPath: CLIENT.path,
    rawQueryString: 'a=1&b=2',
    headers: HEADERS,
    queryStringParameters: CLIENT.query,
    pathParameters: { id: '7' },
    isBase64Encoded: false,
    requestContext: {
      accountId: '123456789012',
      apiId: 'abc123',
      domainName: HEADERS.host,
      domainPrefix: 'abc123',
      requestId: 'x',
      routeKey: 'GET /items/{id}',
      stage: '$default',
      http: { method: 'GET', path: CLIENT.path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: HEADERS['user-agent'] },
      time: 'x',
      timeEpoch: 1,
    },
  },
  restApi: {
    resource: '/items/{id}',
    path: CLIENT.path,
    httpMethod: 'GET',
    headers: spelled,
    queryStringParameters: CLIENT.query,
    pathParameters: { id: '7' },
    multiValueHeaders: linesOf(spelled),
    multiValueQueryStringParameters: linesOf(CLIENT.query),
    stageVariables: null,
    body: null,
    isBase64Encoded: false,
    requestContext: {
      resourcePath: '/items/{id}',
      httpMethod: 'GET',
      path: '/prod/items/7',
      stage: 'prod',
      domainName: HEADERS.host,
      apiId: 'abc123',
      requestId: 'x',
      identity: { caller: null, user: null, userArn: null, accessKey: null, cognitoIdentityId: null, principalOrgId: null, sourceIp: '192.0.2.1', userAgent: 'x' },
    },
  },
  loadBalancer: { ...loadBalanced, headers: HEADERS, queryStringParameters: CLIENT.query },
  loadBalancerMulti: { ...loadBalanced, multiValueHeaders: linesOf(HEADERS), multiValueQueryStringParameters: linesOf(CLIENT.query) },
};
