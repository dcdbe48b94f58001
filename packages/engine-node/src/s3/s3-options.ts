/**
 * How an S3 or compatible service is reached. What is not given is taken from the environment variables of the AWS SDKs,
 * and what they lack from where AWS keeps it, if `@aws-sdk/credential-providers` is installed.
 */
export interface S3Options {
  /** `eu-west-1`. Else `AWS_REGION`, `AWS_DEFAULT_REGION`, `us-east-1`; one that nobody named is corrected by the service. */
  readonly region?: string | undefined;
  /** URL of a compatible service, or of a gateway before it. Else `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL`, AWS in `region`. */
  readonly endpoint?: string | undefined;
  readonly accessKeyId?: string | undefined;
  readonly secretAccessKey?: string | undefined;
  /** Beside a temporary access key. */
  readonly sessionToken?: string | undefined;
  /** Keys, or a function that gets them, as those of `@aws-sdk/credential-providers` do. */
  readonly credentials?: S3Credentials | S3CredentialProvider | undefined;
  /** Profile of the AWS configuration files; needs `@aws-sdk/credential-providers`. */
  readonly profile?: string | undefined;
  /** Whether the bucket is in the path of URLs and not in the host's name. By default with an `endpoint`, or where it must be. */
  readonly forcePathStyle?: boolean | undefined;
  /** The opposite of `forcePathStyle`, by its name in delta-rs. */
  readonly virtualHostedStyle?: boolean | undefined;
  /** Whether an `http:` endpoint is taken that is not on this machine: data and session tokens cross the network in clear. */
  readonly allowHttp?: boolean | undefined;
  /** Sends unsigned requests, for public buckets; credentials are not looked for. */
  readonly anonymous?: boolean | undefined;
  /** `anonymous`, by its name in delta-rs. */
  readonly skipSignature?: boolean | undefined;
  /** Accepts that requests are paid for by who asks. */
  readonly requestPayer?: boolean | undefined;
  /** Whether the bytes of an object that is written are left out of the signature. By default over `https:`, which guards them. */
  readonly unsignedPayload?: boolean | undefined;
  /** The buckets are directory buckets (S3 Express One Zone, names ending in `--x-s3`), which do not list in order. */
  readonly s3Express?: boolean | undefined;
}

/** As `@aws-sdk/credential-providers` returns them. */
export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  /** They are replaced ahead of it. */
  readonly expiration?: Date | undefined;
}

export type S3CredentialProvider = () => Promise<S3Credentials>;

/** Options by their names in delta-rs, in either case, with values as text: `{ AWS_REGION: "eu-west-1" }`. */
export type DeltaRsS3Options = Readonly<Partial<Record<`AWS_${string}` | `aws_${string}`, string>>>;
