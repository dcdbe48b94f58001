/** `tuneForReading` by itself, for programs that call it before they import what it is to speed up. */
export { type TuneOptions, tuneForReading } from "@asyncdelta/engine-node/tune";
