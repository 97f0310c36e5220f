// The first script of the export worker. A rejected promise would stay in the worker; a thrown error is reported to
// the page.
importScripts("./worker.js");
wasm_bindgen({ module_or_path: "./worker_bg.wasm" }).catch((error) => {
  setTimeout(() => {
    throw error;
  });
});
