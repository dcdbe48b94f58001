export type { AccessToken, AzureOptions, DeltaRsAzureOptions, SasProvider, TokenCredential } from "./azure-options.js";
export { azureService } from "./azure-service.js";
export { azureStorage } from "./azure-storage.js";
