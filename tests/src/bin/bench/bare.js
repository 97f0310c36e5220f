// Runs statements in the page's own engine without the app, and answers with the milliseconds from the first statement
// to the last reply. The messages are those of DuckDB-Wasm's worker; the page's other requests have lower numbers.
const [statements, answer] = arguments;
const [engine] = window.__workers;

const ask = (type, data) =>
  new Promise((resolve, reject) => {
    const messageId = (window.__message = (window.__message ?? 900_000_000) + 1);
    const listen = ({ data: reply }) => {
      if (reply.requestId !== messageId) return;
      engine.removeEventListener("message", listen);
      if (reply.type === "ERROR") reject(new Error(reply.data.message));
      else resolve(reply.data);
    };
    engine.addEventListener("message", listen);
    engine.postMessage({ messageId, type, data });
  });

const run = async () => {
  // The charts of the build before are drawn first.
  await new Promise(requestIdleCallback);
  const connection = await ask("CONNECT", null);
  const begun = performance.now();
  for (const statement of statements) await ask("RUN_QUERY", [connection, statement]);
  const took = performance.now() - begun;
  await ask("DISCONNECT", connection);
  return took;
};

run().then(answer, (error) => answer(String(error)));
