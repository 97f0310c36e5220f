// Starts the app, whose files trunk names in the attributes of this script's element, and says
// so when it cannot.
const { script, wasm } = document.querySelector("script[data-wasm]").dataset;

try {
  const { default: start } = await import(new URL(script, document.baseURI));
  await start({ module_or_path: new URL(wasm, document.baseURI) });
} catch (cause) {
  const notice = document.createElement("p");
  notice.setAttribute("role", "alert");
  notice.className = "notice";
  notice.textContent = `The page could not be started: ${cause}. Reload it; if that does not help, the browser may be too old for it.`;
  document.querySelector("#app").append(notice);
}
