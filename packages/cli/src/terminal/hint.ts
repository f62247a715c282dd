/**
 * A command for people to copy, on the same layer and in the same data directory as the one that prints it:
 * `frond account show --layer desk --data /srv/frond`.
 */
export function hint(
  { dataOption }: { readonly dataOption: string },
  words: string,
  { layer }: { readonly layer?: string | undefined } = {},
): string {
  return `frond ${words}${layerOption(layer)}${dataOption}`;
}

export function layerOption(layer: string | undefined): string {
  return layer === undefined ? "" : ` --layer ${layer}`;
}

/**
 * ` --data <directory>` if the command line names a directory; a command that a hint shows would find another network
 * without it.
 */
export function dataOptionOf(argv: readonly string[]): string {
  const place = argv.findLastIndex((word) => word === "--data" || word.startsWith("--data="));
  if (place === -1) return "";
  const word = argv[place]!;
  const directory = word === "--data" ? argv[place + 1] : word.slice("--data=".length);
  return directory === undefined || directory === "" ? "" : ` --data ${quoted(directory)}`;
}

/** Puts `dataOption` behind every command of Frond in a message: `frond ..` between backticks. */
export function repeatDataOption(message: string, dataOption: string): string {
  return message.replace(/`frond [^`]*`/g, (command) =>
    command.includes(" --data") ? command : `${command.slice(0, -1)}${dataOption}\``,
  );
}

/** As a shell reads it. */
function quoted(word: string): string {
  return /^[A-Za-z0-9_./~@:+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
