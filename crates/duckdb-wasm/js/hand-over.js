// What runs inside the engine's worker after the engine's own file: a file that SQL has written is handed over as a
// blob. As bytes it would be copied on the page's own thread, which stands still meanwhile.
export const handOver = () => {
  const handle = globalThis.onmessage;
  const post = globalThis.postMessage;

  // It has been answered before `handle` returns.
  const handOverFile = (event) => {
    globalThis.postMessage = (answer, moved) => {
      const isFile = answer.type === "FILE_BUFFER";
      return isFile ? post({ ...answer, data: new Blob([answer.data]) }) : post(answer, moved);
    };
    handle(event);
    globalThis.postMessage = post;
  };

  globalThis.onmessage = (event) =>
    event.data.type === "COPY_FILE_TO_BUFFER" ? handOverFile(event) : handle(event);
};
