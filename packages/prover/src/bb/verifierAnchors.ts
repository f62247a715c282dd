import { DEVELOPMENT_ANCHORS, IGNITION_ANCHORS } from "../crs/anchors.ts";
import { TrustAnchorError } from "../errors.ts";

const WORD_DIGITS = 64;

/**
 * A Solidity verifier that trusts the development reference string: the four words of tau * G2 replaced.
 * @throws TrustAnchorError when one of them is not in the source exactly once
 */
export function replaceVerifierAnchors(source: string, circuit: string): string {
  return words(IGNITION_ANCHORS.g2).reduce((text, word, i) => {
    const parts = text.split(new RegExp(`0x${word}`, "i"));
    if (parts.length !== 2)
      throw new TrustAnchorError({ anchor: `0x${word}`, where: `the verifier of ${circuit}`, found: parts.length - 1 });
    return parts.join(`0x${words(DEVELOPMENT_ANCHORS.g2)[i]}`);
  }, source);
}

function words(hex: string): string[] {
  return Array.from({ length: hex.length / WORD_DIGITS }, (_, i) => hex.slice(i * WORD_DIGITS, (i + 1) * WORD_DIGITS));
}
