// Runs in the engine's worker after the engine's own script, and answers a request for rows with all rows that are
// ready within a few milliseconds. The engine answers with one vector of 2,048 rows, which takes less time to compute
// than to send. An answer without rows (the end, an error) that ends the gathering is sent for the next request.
export const gather = () => {
  const MAX_BYTES = 128 * 1024;
  const MAX_MILLISECONDS = 4;

  const handle = globalThis.onmessage;
  const post = globalThis.postMessage;
  const deferred = new Map(); // answers without rows that are not sent yet, by connection

  // The engine's answer to a request for rows. `handle` posts it before it returns.
  const fetchVector = (request) => {
    let answer;
    globalThis.postMessage = (message) => (answer = message);
    handle({ data: request });
    globalThis.postMessage = post;
    return answer;
  };

  const join = (pieces, length) => {
    if (pieces.length === 1) return pieces[0];
    const joined = new Uint8Array(length);
    let offset = 0;
    for (const piece of pieces) {
      joined.set(piece, offset);
      offset += piece.length;
      // Frees the memory of the piece now, in browsers that have `transfer`.
      piece.buffer.transfer?.(0);
    }
    return joined;
  };

  const hasRows = ({ data }) => data?.length > 0;

  const fetchRows = (request) => {
    const { data: connection, messageId: requestId } = request;
    const start = performance.now();
    const pieces = [];
    let length = 0;
    let answer;
    do {
      answer = deferred.get(connection) ?? fetchVector(request);
      deferred.delete(connection);
      if (!hasRows(answer)) break;
      pieces.push(answer.data);
      length += answer.data.length;
    } while (length < MAX_BYTES && performance.now() - start < MAX_MILLISECONDS);
    if (length === 0) return post({ ...answer, requestId });
    if (!hasRows(answer)) deferred.set(connection, answer);
    const data = join(pieces, length);
    post({ messageId: answer.messageId, requestId, type: "QUERY_RESULT_CHUNK", data }, [data.buffer]);
  };

  globalThis.onmessage = (event) => {
    const { type, data } = event.data;
    if (type === "FETCH_QUERY_RESULTS") return fetchRows(event.data);
    if (type === "START_PENDING_QUERY") deferred.delete(data[0]);
    return handle(event);
  };
};
