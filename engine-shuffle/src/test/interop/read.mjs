// Prints each Arrow file of a folder: {"file", "fields", "rows"}, in the order of the footer's blocks.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RecordBatchFileReader, RecordBatchReader, Vector } from 'apache-arrow';

/** Values that JSON lacks, as text: longs in decimal, bytes in hexadecimal. */
function plain(value) {
    if (value === null || value === undefined) {
        return null;
    }
    if (typeof value === 'bigint') {
        return value.toString();
    }
    if (value instanceof Uint8Array) {
        return Buffer.from(value).toString('hex');
    }
    if (typeof value !== 'object') {
        return value;
    }
    if (value instanceof Vector) {
        return [...value].map(plain);
    }
    return Object.fromEntries(Object.entries(value.toJSON()).map(([name, each]) => [name, plain(each)]));
}

const folder = process.argv[2];
for (const file of readdirSync(folder).filter((name) => name.endsWith('.arrow')).sort()) {
    const reader = RecordBatchReader.from(readFileSync(join(folder, file))).open();
    if (!(reader instanceof RecordBatchFileReader)) {
        throw new Error(`${file} is read as a stream, not as a file with a footer`);
    }
    const fields = reader.schema.fields.map((field) => `${field.name}: ${field.type}`);
    const listed = reader.numRecordBatches;
    const rows = [];
    let batches = 0;
    for (const batch of reader) {
        batches++;
        for (const row of batch) {
            rows.push(plain(row));
        }
    }
    if (batches !== listed) {
        throw new Error(`${file} lists ${listed} batches and ${batches} were read`);
    }
    console.log(JSON.stringify({ file, fields, rows }));
}
