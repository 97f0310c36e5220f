// What runs inside the engine's worker after the engine's own file: a request for rows is answered with as many as are
// there in no time. The engine's own answer is one vector, 2,048 rows, which take less time than their way to the page.
// What came in the place of rows (the end, an error) is told at the next request.
export const gather = () => {
  const BYTES = 128 * 1024;
  const MILLISECONDS = 4;

  const handle = globalThis.onmessage;
  const post = globalThis.postMessage;
  const untold = new Map(); // answers, by connection

  // The engine's answer to a request for rows; it has one before `handle` returns.
  const ask = (request) => {
    let answer;
    globalThis.postMessage = (message) => (answer = message);
    handle({ data: request });
    globalThis.postMessage = post;
    return answer;
  };

  const join = (pieces, length) => {
    if (pieces.length === 1) return pieces[0];
    const whole = new Uint8Array(length);
    let at = 0;
    for (const piece of pieces) {
      whole.set(piece, at);
      at += piece.length;
      // Where the browser can, their memory is given back at once.
      piece.buffer.transfer?.(0);
    }
    return whole;
  };

  const isRows = ({ data }) => data?.length > 0;

  const fetchRows = (request) => {
    const { data: connection, messageId: requestId } = request;
    const begun = performance.now();
    const pieces = [];
    let length = 0;
    let answer;
    do {
      answer = untold.get(connection) ?? ask(request);
      untold.delete(connection);
      if (!isRows(answer)) break;
      pieces.push(answer.data);
      length += answer.data.length;
    } while (length < BYTES && performance.now() - begun < MILLISECONDS);
    if (length === 0) return post({ ...answer, requestId });
    if (!isRows(answer)) untold.set(connection, answer);
    const data = join(pieces, length);
    post({ messageId: answer.messageId, requestId, type: "QUERY_RESULT_CHUNK", data }, [data.buffer]);
  };

  globalThis.onmessage = (event) => {
    const { type, data } = event.data;
    if (type === "FETCH_QUERY_RESULTS") return fetchRows(event.data);
    if (type === "START_PENDING_QUERY") untold.delete(data[0]);
    return handle(event);
  };
};
