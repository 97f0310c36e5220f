// What runs inside the engine's worker before the engine's own file. It tells the page three things that the engine
// itself keeps quiet about:
//
// - that the worker lives: it holds a lock for as long as it does, and the browser gives the lock to the page when the
//   worker is gone, whatever ended it;
// - what makes instantiation fail: a rejection that nobody handles becomes an error event;
// - how much of the module has arrived.
export const bootstrap = (module, lock) => {
  const tell = (notice) => postMessage({ bootstrap: notice });

  globalThis.navigator.locks?.request(lock, () => {
    tell({ holdsLock: true });
    return new Promise(() => {});
  });

  addEventListener("unhandledrejection", ({ reason }) => {
    setTimeout(() => {
      throw reason;
    });
  });

  const fetchAnything = globalThis.fetch;
  globalThis.fetch = async (request, options) => {
    const response = await fetchAnything(request, options);
    if ((request.url ?? String(request)) !== module) return response;
    if (!response.ok) throw new Error(`${module} answered with status ${response.status}`);
    const type = response.headers.get("content-type") ?? "nothing";
    if (!type.startsWith("application/wasm")) {
      throw new Error(`${module} was sent as ${type}, not as application/wasm`);
    }
    // A compressed answer states the compressed length, which says nothing of what will come.
    const stated = response.headers.get("content-encoding") ? 0 : Number(response.headers.get("content-length"));
    const stride = 256 * 1024;
    let loaded = 0;
    let told = 0;
    const count = new TransformStream({
      transform(chunk, controller) {
        loaded += chunk.byteLength;
        controller.enqueue(chunk);
        if (loaded - told < stride) return;
        told = loaded;
        tell({ loaded, total: stated });
      },
      flush() {
        tell({ loaded, total: loaded });
      },
    });
    return new Response(response.body.pipeThrough(count), response);
  };
};
