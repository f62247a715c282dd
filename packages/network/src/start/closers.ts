/** Says what has to be closed when the network ends; what was said last is closed first. */
export type OnClose = (closer: () => Promise<unknown> | unknown) => void;
