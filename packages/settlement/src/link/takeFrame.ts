import { answerRequest } from "./answerRequests.ts";
import type { CoordinatorFrame } from "./frames.ts";
import { upload } from "./give.ts";
import { isSetBackDue, type Link } from "./link.ts";

/**
 * Takes what the coordinator says. Frames are taken one after the other, in the order in which they were sent; what
 * follows from `wanted` is done by the loop.
 */
export function takeFrame(link: Link, frame: CoordinatorFrame): void {
  const { sequencer, settledEpochs } = link;
  switch (frame.type) {
    case "challenge":
      break;
    case "wanted":
      // One that was overtaken by a later one is void.
      if (link.wanted !== undefined && frame.number <= link.wanted.number) break;
      link.wanted = frame;
      if (frame.session >= sequencer.session) noteAccepted(link);
      break;
    case "clock":
      sequencer.setTime(frame.time);
      break;
    case "refused":
      noteRefused(link, frame.reason);
      if (frame.code === "frozen") link.isFrozen = true;
      if (frame.code === "unknown-layer") void registerAgain(link);
      break;
    case "network":
      sequencer.setAllowance({
        ...frame,
        reachable: new Set(frame.reachable),
        frozen: new Set(frame.frozen),
        waitingBundles: new Set(frame.waitingBundles),
        frozenBundles: new Set(frame.frozenBundles),
      });
      break;
    case "deliver":
      // What was sent before a set-back, or in the epoch before, must not be consumed after it.
      if (frame.session === sequencer.session && frame.epoch === sequencer.epoch && !isSetBackDue(link))
        link.deliveries.take(frame);
      break;
    case "prepare":
    case "commit":
      void answer(link, frame);
      break;
    case "abort":
      sequencer.abort(frame.hash);
      break;
    case "proven":
      settledEpochs.proven(frame.block);
      break;
    case "settled":
      settledEpochs.take(frame);
      break;
    case "need":
      void upload(link, frame.digest);
  }
}

/** The coordinator may have taken over the tree without the data of the one before. */
async function registerAgain(link: Link): Promise<void> {
  const { register, logger } = link;
  if (register === undefined || link.isRegistering) return;
  link.isRegistering = true;
  try {
    await register();
    logger.info("The coordinator did not know this layer; the layer has registered itself again");
  } catch (error) {
    logger.warn("The coordinator does not register this layer; it is tried again", { reason: String(error) });
  } finally {
    link.isRegistering = false;
  }
}

/** Whoever asked is there as long as the connection is. */
async function answer(link: Link, frame: Parameters<typeof answerRequest>[1]): Promise<void> {
  const { number } = link.connection;
  const answered = await answerRequest(link.sequencer, frame, () => isSetBackDue(link));
  if (number === link.connection.number) link.connection.send(answered);
}

function noteAccepted(link: Link): void {
  link.isFrozen = false;
  if (link.coordinator === "connected") return;
  link.coordinator = "connected";
  link.reason = undefined;
  link.connection.confirm();
}

/** The coordinator does not go on with this layer. It is tried again: what is wrong may be mended. */
export function noteRefused(link: Link, reason: string): void {
  if (link.reason !== reason) link.logger.error("The coordinator refuses this layer; it is tried again", { reason });
  link.coordinator = "refused";
  link.reason = reason;
}
