/**
 * A description of a security group or its rule, in the characters that EC2 accepts. Ids of constructs may have others.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
 * @internal
 */
export function groupDescription(text: string): string {
  return text.replace(/[^A-Za-z0-9 ._\-:/()#,@[\]+=&;{}!$*]/g, '_').slice(0, 255);
}
