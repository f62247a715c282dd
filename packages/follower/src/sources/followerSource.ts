import { fetchBody } from "./fetchBody.ts";
import type { BlobSource } from "./types.ts";

/** Another follower: has all blobs that it has read. */
export function followerSource(url: string): BlobSource {
  const base = url.replace(/\/+$/, "");
  const name = `the follower at ${base}`;
  return { name, read: ({ versionedHash }) => fetchBody(`${base}/blobs/${versionedHash}`, name) };
}
