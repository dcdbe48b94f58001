export type { DeltaRsS3Options, S3CredentialProvider, S3Credentials, S3Options } from "./s3-options.js";
export { s3Service } from "./s3-service.js";
export { s3Storage } from "./s3-storage.js";
