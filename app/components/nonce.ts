import { createContext, useContext } from "react";

/** The page's script nonce (Content-Security-Policy). Empty in the browser, which hides it from scripts on purpose. */
export const NonceContext = createContext("");

export const useNonce = () => useContext(NonceContext);
