/** The line in which JSON lines end that an error cut short: no JSON parser accepts it. */
export const TORN_JSONL = '{"';
