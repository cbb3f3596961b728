import { createContext, useContext } from "react";

/** What the server knows of the request that a page was made for; the browser keeps the id, to show it when something failed. */
export const RequestContext = createContext({ cspNonce: "", requestId: "" });

export const useRequest = () => useContext(RequestContext);
