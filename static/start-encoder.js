// What the encoder's worker runs first. A rejection that nobody handles would stay in the worker: as an error that is
// thrown, the page hears of it.
importScripts("./encoder.js");
wasm_bindgen({ module_or_path: "./encoder_bg.wasm" }).catch((error) => {
  setTimeout(() => {
    throw error;
  });
});
