/*
 * How a frame of any size travels in WebSocket messages of at most 16 KiB: as one text message if it fits, else in
 * parts, which are binary messages: the part's index and the bytes of the whole frame as two unsigned 32-bit integers,
 * the highest byte first, then a piece of its UTF-8 text. All parts but the last are full. They come in order, and
 * those of two frames never mix; text messages may come between them.
 */

/** The largest message that a layer may send. */
export const MESSAGE_BYTES = 16 * 2 ** 10;
const HEADER_BYTES = 8;
const CONTENT_BYTES = MESSAGE_BYTES - HEADER_BYTES;

export function fitsMessage(text: string): boolean {
  // A UTF-16 unit has at most three bytes.
  return 3 * text.length <= MESSAGE_BYTES || Buffer.byteLength(text) <= MESSAGE_BYTES;
}

/** The parts of a frame, each made when it is asked for. */
export function* partsOf(text: string): Generator<Buffer> {
  const bytes = Buffer.from(text);
  for (let index = 0; index * CONTENT_BYTES < bytes.length; index++) {
    const content = bytes.subarray(index * CONTENT_BYTES, (index + 1) * CONTENT_BYTES);
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt32BE(index, 0);
    header.writeUInt32BE(bytes.length, 4);
    yield Buffer.concat([header, content]);
  }
}

type Added =
  | { readonly kind: "incomplete" }
  | { readonly kind: "complete"; readonly text: string }
  | { readonly kind: "wrong"; readonly reason: string };

/** Puts the parts of one connection together. */
export type Assembly = {
  /** Bytes of an unfinished frame. */
  readonly heldBytes: number;
  /** `limitBytes`: what a frame that begins now may have. A connection whose part is wrong can't go on. */
  add(part: Buffer, limitBytes: number): Added;
  clear(): void;
};

export function createAssembly(): Assembly {
  let pieces: Buffer[] = [];
  let heldBytes = 0;
  let totalBytes = 0;
  const clear = (): void => {
    pieces = [];
    heldBytes = 0;
  };
  const wrong = (reason: string): Added => ({ kind: "wrong", reason });
  return {
    get heldBytes() {
      return heldBytes;
    },
    add(part, limitBytes) {
      if (part.length <= HEADER_BYTES) return wrong("a part of a frame is empty");
      const [index, total] = [part.readUInt32BE(0), part.readUInt32BE(4)];
      if (index !== pieces.length) return wrong(`part ${index} of a frame came where part ${pieces.length} belongs`);
      if (index === 0) totalBytes = total;
      if (total !== totalBytes) return wrong("the parts of a frame don't agree about its size");
      if (index === 0 && total > limitBytes) return wrong(`a frame has ${total} bytes, and ${limitBytes} are allowed`);
      const content = part.subarray(HEADER_BYTES);
      if (content.length !== Math.min(CONTENT_BYTES, total - heldBytes))
        return wrong("a part of a frame has a wrong size");
      pieces.push(content);
      heldBytes += content.length;
      if (heldBytes < total) return { kind: "incomplete" };
      const text = Buffer.concat(pieces).toString();
      clear();
      return { kind: "complete", text };
    },
    clear,
  };
}
