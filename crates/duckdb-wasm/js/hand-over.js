// Runs in the engine's worker after the engine's own script, and sends a file that SQL has written as a blob. As a
// buffer it would be copied on the page's thread, which would block it.
export const handOver = () => {
  const handle = globalThis.onmessage;
  const post = globalThis.postMessage;

  // `handle` posts the file before it returns.
  const postFileAsBlob = (event) => {
    globalThis.postMessage = (answer, transfer) => {
      const isFile = answer.type === "FILE_BUFFER";
      return isFile ? post({ ...answer, data: new Blob([answer.data]) }) : post(answer, transfer);
    };
    handle(event);
    globalThis.postMessage = post;
  };

  globalThis.onmessage = (event) =>
    event.data.type === "COPY_FILE_TO_BUFFER" ? postFileAsBlob(event) : handle(event);
};
