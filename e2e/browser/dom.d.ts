/* The little of a browser's globals that the test page uses: the project does not load the DOM library. */

declare const localStorage: { readonly length: number };
declare const sessionStorage: { readonly length: number };
declare const indexedDB: { databases(): Promise<readonly unknown[]> };
declare function addEventListener(type: string, listener: () => void): void;
declare function dispatchEvent(event: Event): boolean;
