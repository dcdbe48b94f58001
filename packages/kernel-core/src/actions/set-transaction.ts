/** How far an application has got. PROTOCOL.md, "Transaction Identifiers". */
export interface SetTransaction {
  readonly appId: string;
  readonly version: bigint;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly lastUpdated?: number;
}
