// The first script of the worker that reads Parquet and Arrow. A rejected promise would stay in the worker; a thrown
// error is reported to the page.
importScripts("./columns.js");
wasm_bindgen({ module_or_path: "./columns_bg.wasm" }).catch((error) => {
  setTimeout(() => {
    throw error;
  });
});
