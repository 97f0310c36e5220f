// Runs in the engine's worker before the engine's own script, and reports to the page what the engine does not:
//
// - whether the worker is alive: it holds a lock, which the browser grants to the page when the worker has ended for
//   any reason;
// - why instantiation failed: an unhandled rejection becomes an error event;
// - the progress of the module's download.
export const bootstrap = (module, lock) => {
  const notify = (notice) => postMessage({ bootstrap: notice });

  globalThis.navigator.locks?.request(lock, () => {
    notify({ holdsLock: true });
    return new Promise(() => {});
  });

  addEventListener("unhandledrejection", ({ reason }) => {
    setTimeout(() => {
      throw reason;
    });
  });

  const originalFetch = globalThis.fetch;
  globalThis.fetch = async (request, options) => {
    const response = await originalFetch(request, options);
    if ((request.url ?? String(request)) !== module) return response;
    if (!response.ok) throw new Error(`${module} answered with status ${response.status}`);
    const type = response.headers.get("content-type") ?? "nothing";
    if (!type.startsWith("application/wasm")) {
      throw new Error(`${module} was sent as ${type}, not as application/wasm`);
    }
    // The length of a compressed response is the compressed one; `loaded` counts uncompressed bytes.
    const total = response.headers.get("content-encoding") ? 0 : Number(response.headers.get("content-length"));
    const interval = 256 * 1024;
    let loaded = 0;
    let reported = 0;
    const count = new TransformStream({
      transform(chunk, controller) {
        loaded += chunk.byteLength;
        controller.enqueue(chunk);
        if (loaded - reported < interval) return;
        reported = loaded;
        notify({ loaded, total });
      },
      flush() {
        notify({ loaded, total: loaded });
      },
    });
    return new Response(response.body.pipeThrough(count), response);
  };
};
