/** Configuration of a named domain. PROTOCOL.md, "Domain Metadata". */
export interface DomainMetadata {
  readonly domain: string;
  /** Text of any form; its meaning is the domain's own. */
  readonly configuration: string;
  /** A tombstone, which hides older ones of the domain. */
  readonly removed: boolean;
}
