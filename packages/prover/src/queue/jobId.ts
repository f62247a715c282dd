import { contentHash } from "../files.ts";

/** The hash of what a job proves: its circuit, with its key, and its inputs. These alone decide what the proof says. */
export function jobId(circuitId: string, inputsHash: string): string {
  return contentHash("job", circuitId, inputsHash);
}
