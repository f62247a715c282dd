// `frond.config.ts` imports it from here: whoever writes one knows the command line, not its packages.
export * from "@frond/network/configuration";
