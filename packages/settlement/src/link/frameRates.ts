import { type Bucket, createBucket } from "@frond/foundation";

/** Messages of 16 KiB and less that the coordinator takes, a second on average, and in one burst. */
type FrameRate = { readonly rate: number; readonly burst: number };

export type FrameRates = {
  /** Of a layer that is believed. */
  readonly layer: FrameRate;
  /** Of one that is not, and of all of them together. */
  readonly stranger: FrameRate;
  readonly strangers: FrameRate;
};

export const defaultFrameRates: FrameRates = {
  layer: { rate: 2_000, burst: 20_000 },
  stranger: { rate: 100, burst: 5_000 },
  strangers: { rate: 1_000, burst: 10_000 },
};

/** Who has sent a message: nobody known yet, a layer that is not believed, or one that is. */
export type SenderKind = "unidentified" | "stranger" | "layer";

/**
 * Takes the allowance of one message. Returns 0, or the milliseconds after which to ask again: then the message has to
 * wait, and so has what its connection sends after it.
 */
export type FrameAllowance = (sender: SenderKind) => number;

/**
 * Frames take time of the coordinator's only thread, whatever they say. So each connection has an allowance, and all
 * layers that are not believed have one together. Who has not identified itself needs none: it has one frame.
 */
export function createFrameRates(
  { layer, stranger, strangers }: FrameRates,
  clock?: () => number,
): { allowanceOf(): FrameAllowance } {
  const together = createBucket(strangers, clock);
  return {
    allowanceOf() {
      const buckets: Record<Exclude<SenderKind, "unidentified">, Bucket> = {
        layer: createBucket(layer, clock),
        stranger: createBucket(stranger, clock),
      };
      /** One of the connection's own was taken, and there was none of all strangers together. */
      let isOwed = false;
      return (sender) => {
        if (sender === "unidentified") return 0;
        const pause = isOwed ? 0 : buckets[sender].take(1);
        if (pause > 0) return pause;
        const shared = sender === "stranger" ? together.take(1) : 0;
        isOwed = shared > 0;
        return shared;
      };
    },
  };
}
