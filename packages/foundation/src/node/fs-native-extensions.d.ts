declare module "fs-native-extensions" {
  /**
   * Locks an open file for this file descriptor alone; false if another one holds it. The kernel gives the lock back
   * when the descriptor is closed, or its process ends, however it ends.
   */
  export function tryLock(fd: number, options?: { readonly shared?: boolean }): boolean;
}
