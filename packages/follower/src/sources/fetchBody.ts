import { FrondError } from "@frond/foundation";

/** A beacon node answers with all blobs of a block, in hex. */
const MOST_BYTES = 16_000_000;
const WAIT_MILLISECONDS = 20_000;

/**
 * The body of a GET request; undefined if there is nothing at the address.
 * @throws BlobSourceError for any other answer, for silence, and for more bytes than blobs have
 */
export async function fetchBody(url: string, name: string): Promise<Uint8Array | undefined> {
  const refuse = (problem: string, cause?: unknown) => new BlobSourceError(name, problem, cause);
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(WAIT_MILLISECONDS) });
    // Gone: what is older than the node keeps.
    if (response.status === 404 || response.status === 410) return undefined;
    if (!response.ok) throw refuse(`it answers with status ${response.status}`);
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      if (bytes > MOST_BYTES) throw refuse(`it answers with more than ${MOST_BYTES} bytes`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    if (error instanceof BlobSourceError) throw error;
    const { message, cause } = error as Error;
    throw refuse(cause instanceof Error ? cause.message : message, error);
  }
}

/** The answer as JSON; undefined if there is nothing at the address. */
export async function fetchJson(url: string, name: string): Promise<unknown> {
  const body = await fetchBody(url, name);
  if (body === undefined) return undefined;
  try {
    return JSON.parse(Buffer.from(body).toString());
  } catch (error) {
    throw new BlobSourceError(name, "what it answers is not JSON", error);
  }
}

/** A source of blobs can't be asked. Others are asked, and this one again later. */
export class BlobSourceError extends FrondError {
  constructor(name: string, problem: string, cause?: unknown) {
    super({
      code: "follower/blob-source",
      data: { source: name, problem },
      message: `No blobs come from ${name}: ${problem}. Check that address (--beacon, --from-follower), or name another.`,
      cause,
    });
  }
}
