"""A cached Lambda function in an app of one Python file: no Node.js project, no esbuild, no Docker."""

from pathlib import Path

from aws_cdk import App, Duration, Stack
from aws_cdk.aws_lambda import Code, Runtime
from cdk_cached_function import CachedFunction, CachingOptions

app = App()
stack = Stack(app, "PrebuiltCode")

get_thing = CachedFunction(
    stack,
    "GetThing",
    code=Code.from_asset(str(Path(__file__).parent / "functions" / "get-thing")),
    handler="index.handler",
    runtime=Runtime.NODEJS_24_X,
    caching=CachingOptions(ttl=Duration.minutes(10)),
)

# Wins over what the handler's code says about this cache.
get_thing.add_cache_policy("thing", ttl=Duration.hours(1))

app.synth()
