/** Frames below so many characters are read in a moment, whatever is in them. */
const SMALL = 64 * 2 ** 10;
/** The largest block has a fifth of these. */
const MOST_CONTAINERS = 256 * 2 ** 10;
const MOST_KEYS = 256 * 2 ** 10;

const [OPEN_LIST, OPEN_OBJECT, COLON] = [..."[{:"].map((character) => character.charCodeAt(0));

/**
 * Why a frame would take long to read; undefined if it would not. 8 MiB of JSON that hold fields are read in 50
 * milliseconds, 8 MiB of empty lists or of keys in seconds, in which nobody else is served.
 */
export function problemOfShape(text: string): string | undefined {
  if (text.length < SMALL) return undefined;
  let containers = 0;
  let keys = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === OPEN_LIST || code === OPEN_OBJECT) containers++;
    else if (code === COLON) keys++;
  }
  if (containers > MOST_CONTAINERS)
    return `a frame has ${containers} lists and objects, and ${MOST_CONTAINERS} are allowed`;
  if (keys > MOST_KEYS) return `a frame has ${keys} keys, and ${MOST_KEYS} are allowed`;
  return undefined;
}
