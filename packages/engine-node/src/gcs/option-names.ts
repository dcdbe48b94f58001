import type { OptionNames } from "../cloud/option-names.js";
import type { GcsOptions } from "./gcs-options.js";

/** Names in delta-rs, in Google's tools and our own. */
export const GCS_NAMES: OptionNames<keyof GcsOptions> = {
  store: "Google Cloud Storage",
  names: {
    access_token: "accessToken",
    bearer_token: "accessToken",
    token: "accessToken",
    google_access_token: "accessToken",
    google_bearer_token: "accessToken",
    auth_client: "authClient",
    service_account: "serviceAccountPath",
    service_account_path: "serviceAccountPath",
    google_service_account: "serviceAccountPath",
    google_service_account_path: "serviceAccountPath",
    service_account_key: "serviceAccountKey",
    google_service_account_key: "serviceAccountKey",
    application_credentials: "applicationCredentials",
    google_application_credentials: "applicationCredentials",
    anonymous: "anonymous",
    skip_signature: "anonymous",
    google_skip_signature: "anonymous",
    endpoint: "endpoint",
    base_url: "endpoint",
    google_base_url: "endpoint",
    google_endpoint_url: "endpoint",
    allow_http: "allowHttp",
    google_allow_http: "allowHttp",
    user_project: "userProject",
    google_user_project: "userProject",
    // The URL names the bucket.
    bucket: "ignored",
    bucket_name: "ignored",
    google_bucket: "ignored",
    google_bucket_name: "ignored",
  },
  // `GOOGLE_APPLICATION_CREDENTIALS` and the like `google-auth-library` reads itself.
  variables: [
    ["GOOGLE_SKIP_SIGNATURE", "anonymous"],
    ["CLOUDSDK_AUTH_ACCESS_TOKEN", "accessToken"],
    ["GOOGLE_SERVICE_ACCOUNT_KEY", "serviceAccountKey"],
    ["GOOGLE_SERVICE_ACCOUNT", "serviceAccountPath"],
    ["GOOGLE_SERVICE_ACCOUNT_PATH", "serviceAccountPath"],
    ["GOOGLE_BASE_URL", "endpoint"],
    ["GOOGLE_ENDPOINT_URL", "endpoint"],
    ["GOOGLE_ALLOW_HTTP", "allowHttp"],
  ],
};
