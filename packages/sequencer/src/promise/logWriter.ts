import type { LogPosition, LogRecord, Store } from "@frond/store";

/** Collects records and sends them to the store's log in order. */
export type LogWriter = {
  add(record: LogRecord): void;
  /** Sends what was added; resolves, when everything up to here is on disk, with the position of the last record. */
  write(): Promise<LogPosition>;
  /** The log has records already, the last at this position. */
  startAfter(position: Promise<LogPosition>): void;
};

export function createLogWriter(store: Store, onFailure: (error: unknown) => void): LogWriter {
  let records: LogRecord[] = [];
  let written: Promise<LogPosition> = Promise.resolve(0);
  return {
    add: (record) => void records.push(record),
    write() {
      if (records.length > 0) {
        const appended = store.append(records);
        records = [];
        written = Promise.all([written, appended]).then(([, position]) => position);
        written.catch(onFailure);
      }
      return written;
    },
    startAfter(position) {
      written = position;
    },
  };
}
