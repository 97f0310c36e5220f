// Starts the engine's worker from a blob: it obeys the page's Content-Security-Policy instead of that of its own file.
// The functions go there as text, and so use nothing from outside of themselves.
import { bootstrap } from "./bootstrap.js";
import { gather } from "./gather.js";
import { handOver } from "./hand-over.js";

export const startWorker = (script, module, lock) => {
  const [file, ...told] = [script, module, lock].map((text) => JSON.stringify(text));
  const source = `(${bootstrap})(${told}); importScripts(${file}); (${gather})(); (${handOver})();`;
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  try {
    return new Worker(url);
  } finally {
    // The worker has taken its copy of the address.
    URL.revokeObjectURL(url);
  }
};
