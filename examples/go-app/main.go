// A cached Lambda function in an app of one Go file: no Node.js project, no esbuild, no Docker.
package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk-cached-function/cdk-cached-function-go/cdkcachedfunction"
)

func main() {
	defer jsii.Close()

	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, jsii.String("PrebuiltCode"), nil)

	getThing := cdkcachedfunction.NewCachedFunction(stack, jsii.String("GetThing"), &cdkcachedfunction.CachedFunctionProps{
		Code:    awslambda.Code_FromAsset(jsii.String("functions/get-thing"), nil),
		Handler: jsii.String("index.handler"),
		Runtime: awslambda.Runtime_NODEJS_24_X(),
		Caching: &cdkcachedfunction.CachingOptions{Ttl: awscdk.Duration_Minutes(jsii.Number(10))},
	})

	// Wins over what the handler's code says about this cache.
	getThing.AddCachePolicy(jsii.String("thing"), &cdkcachedfunction.CachePolicy{Ttl: awscdk.Duration_Hours(jsii.Number(1))})

	app.Synth(nil)
}
