#!/bin/sh
# moto 5.2.5, a stand-in for DynamoDB in unit tests: `begins_with` in a ConditionExpression is never true for a binary attribute.
# DynamoDB evaluates it for strings and binaries. So a conditional put that should succeed fails with ConditionalCheckFailedException, and code
# that replaces an item only if it is unchanged never replaces it.
# Expected before the first run: a condition that should be false might be true. Seen: the opposite.
# Fails if moto's behaviour has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'moto[dynamodb]==5.2.5' 'boto3>=1.40,<2'
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

import boto3
from botocore.exceptions import ClientError
from moto import mock_aws

print('moto', version('moto'))


def put(client, attribute, old, start):
    client.put_item(TableName='t', Item={'k': {'S': '1'}, 'a': {attribute: old}})
    try:
        client.put_item(
            TableName='t',
            Item={'k': {'S': '1'}, 'a': {attribute: old}},
            ConditionExpression='begins_with(a, :start)',
            ExpressionAttributeValues={':start': {attribute: start}},
        )
        return 'replaced'
    except ClientError as error:
        return error.response['Error']['Code']


with mock_aws():
    client = boto3.client('dynamodb', region_name='eu-west-1', aws_access_key_id='x', aws_secret_access_key='x')
    client.create_table(
        TableName='t',
        KeySchema=[{'AttributeName': 'k', 'KeyType': 'HASH'}],
        AttributeDefinitions=[{'AttributeName': 'k', 'AttributeType': 'S'}],
        BillingMode='PAY_PER_REQUEST',
    )
    text = put(client, 'S', 'abcdef and more', 'abcdef')
    binary = put(client, 'B', b'abcdef and more', b'abcdef')

print('a string that begins so:', text)
print('a binary that begins so:', binary)
assert (text, binary) == ('replaced', 'ConditionalCheckFailedException'), 'moto has changed'
PYTHON
