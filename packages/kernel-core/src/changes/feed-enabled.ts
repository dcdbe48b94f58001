import type { Metadata } from "../actions/metadata.js";
import type { Protocol } from "../actions/protocol.js";
import { DeltaError } from "../errors.js";

/** Writer versions that have change data feeds without listing them. PROTOCOL.md, "Writer Requirements for AddCDCFile". */
const FIRST_WRITER = 4;
const LISTING_WRITER = 7;

/** Whether writers of this version had to record changes: the property counts where the protocol has the feature. */
function isFeedEnabled({ minWriterVersion, writerFeatures }: Protocol, { configuration }: Metadata): boolean {
  const supported =
    minWriterVersion >= LISTING_WRITER
      ? writerFeatures?.includes("changeDataFeed") === true
      : minWriterVersion >= FIRST_WRITER;
  return supported && configuration["delta.enableChangeDataFeed"]?.toLowerCase() === "true";
}

/** Throws `CHANGE_FEED_DISABLED` if changes were not recorded at `version`, whose protocol and metadata these are. */
export function checkFeedEnabled(protocol: Protocol, metadata: Metadata, version: number, path: string): void {
  if (isFeedEnabled(protocol, metadata)) return;
  const message =
    `The changes of version ${version} were not recorded: the table's property delta.enableChangeDataFeed was not set ` +
    "there. Read the changes of versions that all have it.";
  throw new DeltaError("CHANGE_FEED_DISABLED", message, { version, path, feature: "changeDataFeed" });
}
