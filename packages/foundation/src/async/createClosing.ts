/** Things that were opened, to be closed in the reverse order. */
export type Closing = {
  /** Notes how the thing that was just opened is closed. After `close` it is closed at once. */
  add(close: () => unknown): void;
  /**
   * Closes the newest first, each when the one before has ended. All are closed even if one fails; then the first
   * failure is thrown. Every call waits for the same end.
   */
  close(): Promise<void>;
};

export function createClosing(): Closing {
  const opened: (() => unknown)[] = [];
  let closing: Promise<void> | undefined;

  async function closeAll(): Promise<void> {
    const failures: unknown[] = [];
    for (let close = opened.pop(); close !== undefined; close = opened.pop()) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  return {
    add(close) {
      opened.push(close);
      // What a start that goes on meanwhile opens late is closed too.
      if (closing !== undefined) closing = closing.then(closeAll, closeAll);
      closing?.catch(() => {});
    },
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}
