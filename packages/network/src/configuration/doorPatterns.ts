/** An origin is what a browser writes: a scheme and a host, and no path. */
export const ORIGIN_PATTERN = /^(\*|[a-z][a-z0-9+.-]*:\/\/[^\s/?#@,]+)$/i;
/** A name or an address, without a port. */
export const HOST_PATTERN = /^([a-z0-9._-]+|\[?[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*\]?)$/i;
