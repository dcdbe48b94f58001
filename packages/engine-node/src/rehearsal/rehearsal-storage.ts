import type { Storage } from "@asyncdelta/kernel-core";
import { objectStorage } from "../object-store/object-storage.js";
import { s3Service } from "../s3/s3-service.js";
import { rehearsalClient } from "./rehearsal-client.js";
import { CHECKPOINT, CHECKPOINT_NAME, LOG_FILES } from "./rehearsal-table.js";

/** Where the table is that lies in this program. */
export const REHEARSAL_URL = "s3://rehearsal/table/";

const SERVICE = {
  endpoint: "http://localhost",
  region: "rehearsal",
  accessKeyId: "rehearsal",
  secretAccessKey: "rehearsal",
};

/** A storage that has that table alone. No socket leads to it, but all else of it is as a store's. */
export function rehearsalStorage(isOver: () => boolean): Storage {
  const objects = new Map<string, Uint8Array>(
    Object.entries(LOG_FILES).map(([name, text]) => [name, Buffer.from(text)]),
  );
  objects.set(CHECKPOINT_NAME, Buffer.from(CHECKPOINT, "base64"));
  return objectStorage(s3Service(SERVICE, {}), rehearsalClient(objects, isOver));
}
