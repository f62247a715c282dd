import type { EventEmitter } from "node:events";
import type { Command } from "commander";
import { UsageError } from "../errors.ts";

/**
 * Makes a program and all its commands refuse an option or argument whose value is empty: as a path it would be the
 * current directory, as a host every address of the machine. It comes of a shell variable that is not set, and none of
 * them has a use for it.
 * @throws UsageError while arguments are read
 */
export function refuseEmptyValues(command: Command): void {
  for (const option of command.options) {
    // Before the option's own parser, which may take nothing for zero.
    (command as Command & EventEmitter).prependListener(`option:${option.name()}`, (value: unknown) => {
      if (value === "") refuse(option.long ?? option.flags);
    });
  }
  command.hook("preAction", (_program, { args, registeredArguments }) => {
    for (const [place, argument] of registeredArguments.entries()) {
      if (!argument.variadic && args[place] === "") refuse(`The argument ${argument.name()}`);
    }
  });
  for (const child of command.commands) refuseEmptyValues(child);
}

function refuse(what: string): never {
  throw new UsageError(`${what} is empty. Give it a value, or leave it out.`, { option: what });
}
