/** A layer's or block size's name, which is also that of a folder. */
export const NAME_PATTERN = /^[a-z][a-z0-9-]{0,30}$/;
