package com.example;

import io.github.cdkcachedfunction.CachePolicy;
import io.github.cdkcachedfunction.CachedFunction;
import io.github.cdkcachedfunction.CachingOptions;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Runtime;

/** A cached Lambda function in an app of one Java file: no Node.js project, no esbuild, no Docker. */
public final class JavaApp {
    private JavaApp() {
    }

    public static void main(final String[] args) {
        App app = new App();
        Stack stack = new Stack(app, "PrebuiltCode");

        CachedFunction getThing = CachedFunction.Builder.create(stack, "GetThing")
                .code(Code.fromAsset("functions/get-thing"))
                .handler("index.handler")
                .runtime(Runtime.NODEJS_24_X)
                .caching(CachingOptions.builder().ttl(Duration.minutes(10)).build())
                .build();

        // Wins over what the handler's code says about this cache.
        getThing.addCachePolicy("thing", CachePolicy.builder().ttl(Duration.hours(1)).build());

        app.synth();
    }
}
