import "@remix-run/node";
import "@remix-run/server-runtime";

declare module "@remix-run/node" {
  interface Future {
    v3_singleFetch: true;
  }
}

declare module "@remix-run/server-runtime" {
  /** What the server (scripts/serve.ts) hands to every loader and action. */
  interface AppLoadContext {
    cspNonce: string;
    requestId: string;
    /** The client's IP address, the proxy's word for it where one is trusted. */
    clientAddress: string;
    /** Asked by set-up when the server listens beyond this machine. */
    setupCode?: string;
    /** Puts an unexpected error in the log, under the request's id. */
    logError(error: unknown): void;
  }
}
