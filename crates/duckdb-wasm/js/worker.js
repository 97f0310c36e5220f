// Starts the engine's worker from a blob: it then has the page's Content-Security-Policy instead of that of its own
// script. The functions are passed as source text, so they must not use anything declared outside of them.
import { bootstrap } from "./bootstrap.js";
import { gather } from "./gather.js";
import { handOver } from "./hand-over.js";

export const startWorker = (script, module, lock) => {
  const [file, ...parameters] = [script, module, lock].map((text) => JSON.stringify(text));
  const source = `(${bootstrap})(${parameters}); importScripts(${file}); (${gather})(); (${handOver})();`;
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  try {
    return new Worker(url);
  } finally {
    // The constructor has already resolved the URL.
    URL.revokeObjectURL(url);
  }
};
