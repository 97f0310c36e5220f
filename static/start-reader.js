// The first script of the worker that reads files. A rejected promise would stay in the worker; a thrown error is
// reported to the page.
importScripts("./reader.js");
wasm_bindgen({ module_or_path: "./reader_bg.wasm" }).catch((error) => {
  setTimeout(() => {
    throw error;
  });
});
