module example.com/go-app

go 1.25

// What these need in turn, and go.sum, come by `go mod tidy`.
require (
	github.com/aws/aws-cdk-go/awscdk/v2 v2.257.0
	github.com/aws/jsii-runtime-go v1.140.0
	github.com/cdk-cached-function/cdk-cached-function-go/cdkcachedfunction v0.0.0
)
