// DuckDB-Wasm, the engine of the page, behind a pipe: a line of JSON in, {"sql": "..."}; a line
// out, {"arrow": "..."}, the pieces of the Arrow stream it answers with, one after another in
// base64, or {"error"}. It takes the path the page takes: start, poll, fetch.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const files = fileURLToPath(new URL('../../../node_modules/@duckdb/duckdb-wasm/dist/', import.meta.url));
const { createDuckDB, NODE_RUNTIME, VoidLogger } = require(`${files}duckdb-node-blocking.cjs`);
const bundle = (name) => ({ mainModule: `${files}duckdb-${name}.wasm`, mainWorker: '' });
const database = await createDuckDB({ mvp: bundle('mvp'), eh: bundle('eh') }, new VoidLogger(), NODE_RUNTIME);
await database.instantiate();
database.open({});
const connection = database.connect();
const id = connection.useUnsafe((_, id) => id);
// As in the browser: what is not inside the engine is not there.
for (const setting of ['autoinstall_known_extensions', 'autoload_known_extensions']) {
    connection.query(`SET ${setting} = false`);
}
const answer = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
answer({ ready: true });

for await (const line of createInterface({ input: process.stdin })) {
    try {
        let head = database.startPendingQuery(id, JSON.parse(line).sql, true);
        while (head === null) head = database.pollPendingQuery(id);
        const pieces = [head];
        for (;;) {
            const piece = database.fetchQueryResults(id);
            if (piece === null) continue;
            if (piece.length === 0) break;
            pieces.push(piece);
        }
        answer({ arrow: Buffer.concat(pieces).toString('base64') });
    } catch (error) {
        answer({ error: error.message });
    }
}
