export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

/** One unformatted log entry. `time` is in milliseconds since the Unix epoch. */
export type LogEntry = {
  readonly time: number;
  readonly level: Exclude<LogLevel, "silent">;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
};

export interface Logger {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

const ORDER: readonly LogLevel[] = ["debug", "info", "warn", "error", "silent"];

/** A logger that passes every entry of at least `level` to `sink`. */
export function createLogger({ level, sink }: { level: LogLevel; sink: (entry: LogEntry) => void }): Logger {
  const log =
    (entryLevel: LogEntry["level"]) =>
    (message: string, fields: Record<string, unknown> = {}) => {
      if (ORDER.indexOf(entryLevel) >= ORDER.indexOf(level)) {
        sink({ time: Date.now(), level: entryLevel, message, fields });
      }
    };
  return { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") };
}

/** A logger that drops every entry. */
export const silentLogger: Logger = createLogger({ level: "silent", sink: () => {} });
