export type { DeltaRsGcsOptions, GcsAccessToken, GcsAuthClient, GcsOptions, GcsTokenProvider } from "./gcs-options.js";
export { gcsService } from "./gcs-service.js";
export { gcsStorage } from "./gcs-storage.js";
